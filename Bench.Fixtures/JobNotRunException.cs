namespace Bench.Fixtures;

/// <summary>A planned job was not run, because the soak that it belongs to was decided before its round. Its test is skipped.</summary>
public sealed class JobNotRunException(string message) : Exception(message);
