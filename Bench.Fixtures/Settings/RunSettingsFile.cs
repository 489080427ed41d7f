using System.Xml;
using System.Xml.Linq;

namespace Bench.Fixtures.Settings;

/// <summary>The part of a <c>.runsettings</c> file that Bench reads: the environment variables that VSTest gives to the test process.</summary>
internal static class RunSettingsFile
{
    /// <summary>Names and values below <c>RunConfiguration/EnvironmentVariables</c>, in file order.</summary>
    /// <exception cref="BenchUsageException">The file is missing or is no run-settings file.</exception>
    public static IReadOnlyDictionary<string, string> Read(string path)
    {
        var fullPath = Path.GetFullPath(path);
        var root = Load(fullPath).Root!;
        if (root.Name.LocalName != "RunSettings")
        {
            throw new BenchUsageException(
                $"The file '{fullPath}' begins with <{root.Name.LocalName}> instead of <RunSettings>. Name a .runsettings file, e.g. one of the folder runsettings.");
        }

        // VSTest takes the last of equal names.
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var element in root.Elements("RunConfiguration").Elements("EnvironmentVariables").Elements())
        {
            variables[element.Name.LocalName] = element.Value;
        }

        return variables;
    }

    private static XDocument Load(string path)
    {
        try
        {
            return XDocument.Load(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BenchUsageException($"The run-settings file '{path}' does not exist. Name an existing one, e.g. one of the folder runsettings.");
        }
        catch (XmlException e)
        {
            throw new BenchUsageException($"The run-settings file '{path}' is not XML: {e.Message.TrimEnd('.')}. Correct the file at this place.");
        }
    }
}
