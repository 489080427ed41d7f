namespace Bench.Fixtures;

/// <summary>A round of a soak is not clean, or its gate is not passed.</summary>
public sealed class SoakFailedException(string message) : Exception(message);
