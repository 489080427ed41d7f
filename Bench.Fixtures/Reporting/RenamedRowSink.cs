using Xunit.Sdk;
using Xunit.v3;

namespace Bench.Fixtures.Reporting;

/// <summary>Passes xunit's messages on with another name for the row: the row of a job stands for something that is no job's.</summary>
/// <param name="inner">Who gets the messages.</param>
/// <param name="displayName">The row's name.</param>
internal sealed class RenamedRowSink(IMessageSink inner, string displayName) : IMessageSink
{
    /// <inheritdoc />
    public bool OnMessage(IMessageSinkMessage message)
    {
        switch (message)
        {
            case TestStarting test:
                test.TestDisplayName = displayName;
                break;
            case TestCaseStarting testCase:
                testCase.TestCaseDisplayName = displayName;
                break;
        }

        return inner.OnMessage(message);
    }
}
