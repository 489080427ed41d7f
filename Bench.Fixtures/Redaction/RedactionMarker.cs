using System.Buffers;
using System.Text;

namespace Bench.Fixtures.Redaction;

/// <summary>What stands in place of a secret: <c>[REDACTED:rule]</c>. It holds nothing that needs escaping in JSON, URLs' text or shells' logs.</summary>
internal static class RedactionMarker
{
    /// <summary>How every marker begins.</summary>
    public static ReadOnlySpan<byte> Opening => "[REDACTED:"u8;

    /// <summary>What rule ids consist of.</summary>
    public static SearchValues<byte> IdBytes { get; } = SearchValues.Create("abcdefghijklmnopqrstuvwxyz-"u8);

    /// <summary>The marker of a rule.</summary>
    public static byte[] Of(string ruleId) => Encoding.ASCII.GetBytes($"[REDACTED:{ruleId}]");
}
