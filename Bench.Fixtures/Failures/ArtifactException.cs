namespace Bench.Fixtures.Failures;

/// <summary>A file of the run could not be written. Tells Bench's own evidence from the files of agents; keeps the cause's error number.</summary>
public class ArtifactException : IOException
{
    /// <summary>Names the file and the cause.</summary>
    public ArtifactException(string path, Exception cause)
        : base($"'{path}' could not be written: {cause.Message}", cause)
    {
        HResult = cause.HResult;
    }

    /// <summary>Whether the exception says that a file could not be written or read.</summary>
    public static bool IsCause(Exception exception) => exception is IOException or UnauthorizedAccessException;

    /// <summary>Does what writes the file.</summary>
    /// <exception cref="ArtifactException">The file could not be written.</exception>
    internal static T Write<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception cause) when (IsCause(cause) && cause is not ArtifactException)
        {
            throw new ArtifactException(path, cause);
        }
    }
}
