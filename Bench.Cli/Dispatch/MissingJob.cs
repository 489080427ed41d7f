using Bench.Fixtures.Dispatches;

namespace Bench.Cli.Dispatch;

/// <summary>What every command says of a job that it does not know.</summary>
internal static class MissingJob
{
    /// <summary>Prints it; the exit code.</summary>
    public static int Report(CliHost host, string beads, bool isJson)
    {
        var check = DispatchCheck.OfMissing(beads);
        if (isJson)
        {
            CliJson.Write(host.Output, check);
        }

        host.Error.WriteLine($"There is no job '{beads}'. {check.NextAction}");
        return DispatchExitCodes.Failed;
    }
}
