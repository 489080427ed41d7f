using Bench.Fixtures.Redaction;

namespace Bench.Fixtures.Tests.Redaction;

public sealed class WriteOnlyStreamTests
{
    [Fact]
    public async Task Every_way_of_writing_is_one_and_nothing_else_can_be_done()
    {
        await using var stream = new Ear();

        stream.Write([1, 2]);
        stream.Write([0, 3, 4, 0], 1, 2);
        stream.WriteByte(5);
        await stream.WriteAsync(new byte[] { 6 }, TestContext.Current.CancellationToken);
#pragma warning disable CA1835 // The older way is what is tried.
        await stream.WriteAsync([0, 7], 1, 1, TestContext.Current.CancellationToken);
#pragma warning restore CA1835

        Assert.Equal([1, 2, 3, 4, 5, 6, 7], stream.Heard);
        Assert.Equal((false, false, true), (stream.CanRead, stream.CanSeek, stream.CanWrite));
        Assert.Throws<NotSupportedException>(() => stream.ReadByte());
        Assert.Throws<NotSupportedException>(() => stream.Seek(0, SeekOrigin.Begin));
        Assert.Throws<NotSupportedException>(() => stream.SetLength(0));
        Assert.Throws<NotSupportedException>(() => stream.Length);
        Assert.Throws<NotSupportedException>(() => stream.Position);
        await Assert.ThrowsAsync<OperationCanceledException>(() => stream.WriteAsync(new byte[1], new CancellationToken(canceled: true)).AsTask());
    }

    private sealed class Ear : WriteOnlyStream
    {
        public List<byte> Heard { get; } = [];

        public override void Flush()
        {
        }

        public override void Write(ReadOnlySpan<byte> buffer) => Heard.AddRange(buffer);
    }
}
