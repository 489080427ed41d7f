using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Bench.Fixtures.Servers;
using Microsoft.AspNetCore.Http;

namespace Bench.Fixtures.Tests.Servers;

public class OpenCodeEventStreamTests
{
    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Events_reach_the_observer_of_their_session_alone()
    {
        await using var bed = await Bed.StartAsync();
        using var one = bed.Stream.Subscribe("ses_1", bed.Seen("one"));
        using var two = bed.Stream.Subscribe("ses_2", bed.Seen("two"));

        bed.Send("session.idle", "ses_1");
        bed.Send("session.status", "ses_2");
        bed.Send("session.idle", "ses_3");
        bed.Send("session.idle", "ses_2");
        await bed.WaitForAsync("two: session.idle ses_2");

        Assert.Equal(["one: session.idle ses_1", "two: session.status ses_2", "two: session.idle ses_2"], bed.Entries);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task The_sessions_of_sub_agents_belong_to_the_one_above_all()
    {
        await using var bed = await Bed.StartAsync();
        using var subscription = bed.Stream.Subscribe("ses_1", bed.Seen("one"));

        bed.SendCreated("ses_2", parent: "ses_1");
        bed.SendCreated("ses_3", parent: "ses_2");
        bed.Send("session.idle", "ses_3");
        await bed.WaitForAsync("one: child session.idle ses_3");

        Assert.Equal(["one: child session.created ses_2", "one: child session.created ses_3", "one: child session.idle ses_3"], bed.Entries);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task The_copies_of_stored_events_are_left_out()
    {
        await using var bed = await Bed.StartAsync();
        using var subscription = bed.Stream.Subscribe("ses_1", bed.Seen("one"));

        bed.SendRaw("""{"directory":"/w","payload":{"type":"sync","syncEvent":{"type":"session.idle.1","data":{"sessionID":"ses_1"}},"properties":{"sessionID":"ses_1"}}}""");
        bed.Send("session.idle", "ses_1");
        await bed.WaitForAsync("one: session.idle ses_1");

        Assert.Single(bed.Entries);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_broken_stream_is_connected_again_and_the_gap_is_announced()
    {
        await using var bed = await Bed.StartAsync();
        using var subscription = bed.Stream.Subscribe("ses_1", bed.Seen("one"));

        bed.Break();
        await bed.WaitForAsync("one: gap");
        bed.Send("session.idle", "ses_1");
        await bed.WaitForAsync("one: session.idle ses_1");

        Assert.Equal(2, bed.Stream.Connections);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Nothing_comes_after_the_subscription_has_ended()
    {
        await using var bed = await Bed.StartAsync();
        var first = bed.Stream.Subscribe("ses_1", bed.Seen("one"));
        using var second = bed.Stream.Subscribe("ses_2", bed.Seen("two"));

        first.Dispose();
        bed.Send("session.idle", "ses_1");
        bed.Send("session.idle", "ses_2");
        await bed.WaitForAsync("two: session.idle ses_2");

        Assert.Single(bed.Entries);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_stream_can_be_closed_while_it_waits_for_events()
    {
        var bed = await Bed.StartAsync();

        await bed.Stream.DisposeAsync();

        Assert.Equal(1, bed.Stream.Connections);
        await bed.DisposeAsync();
    }

    private sealed class Bed : IAsyncDisposable
    {
        private readonly Channel<string?> lines = Channel.CreateUnbounded<string?>();
        private readonly ConcurrentQueue<string> entries = [];
        private readonly SemaphoreSlim arrived = new(0);
        private LoopbackServer server = null!;

        public OpenCodeEventStream Stream { get; private set; } = null!;

        public IReadOnlyList<string> Entries => [.. entries];

        public static async Task<Bed> StartAsync()
        {
            var bed = new Bed();
            bed.server = await LoopbackServer.StartAsync((context, _) => bed.ServeAsync(context));
            bed.Stream = OpenCodeEventStream.Start(bed.server.Address, "pw", TimeProvider.System);
            await bed.Stream.Connected.WaitAsync(TestContext.Current.CancellationToken);
            return bed;
        }

        public IOpenCodeSessionObserver Seen(string name) => new Observer(name, this);

        public void Send(string type, string session) => SendEvent(type, new { sessionID = session });

        public void SendCreated(string session, string parent) =>
            SendEvent("session.created", new { sessionID = session, info = new { id = session, parentID = parent } });

        public void SendRaw(string line) => Assert.True(lines.Writer.TryWrite(line));

        private void SendEvent(string type, object properties) =>
            SendRaw(JsonSerializer.Serialize(new { directory = "/w", payload = new { id = "evt_1", type, properties } }));

        /// <summary>Ends the connection; the next one takes the lines that come after.</summary>
        public void Break() => Assert.True(lines.Writer.TryWrite(null));

        public async Task WaitForAsync(string entry)
        {
            while (!entries.Contains(entry))
            {
                await arrived.WaitAsync(TestContext.Current.CancellationToken);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await Stream.DisposeAsync();
            lines.Writer.TryComplete();
            await server.DisposeAsync();
            arrived.Dispose();
        }

        private async Task ServeAsync(HttpContext context)
        {
            context.Response.ContentType = "text/event-stream";
            await WriteAsync(context, """{"payload":{"id":"evt_0","type":"server.connected","properties":{}}}""");
            await foreach (var line in lines.Reader.ReadAllAsync(context.RequestAborted))
            {
                if (line is null)
                {
                    return;
                }

                await WriteAsync(context, line);
            }
        }

        private static async Task WriteAsync(HttpContext context, string line)
        {
            await context.Response.WriteAsync($"data: {line}\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }

        private void Add(string entry)
        {
            entries.Enqueue(entry);
            arrived.Release();
        }

        private sealed class Observer(string name, Bed bed) : IOpenCodeSessionObserver
        {
            public void OnEvent(in OpenCodeEvent entry) => bed.Add($"{name}: {entry.Type} {entry.SessionId}");

            public void OnChildEvent(in OpenCodeEvent entry) => bed.Add($"{name}: child {entry.Type} {entry.SessionId}");

            public void OnGap() => bed.Add($"{name}: gap");
        }
    }
}
