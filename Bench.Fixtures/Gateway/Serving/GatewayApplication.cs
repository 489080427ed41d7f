using Bench.Fixtures.Gateway.Cassettes;
using Bench.Fixtures.Gateway.Faults;
using Bench.Fixtures.Gateway.Forwarding;
using Bench.Fixtures.Gateway.Protocols;
using Bench.Fixtures.Gateway.Scripting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Bench.Fixtures.Gateway.Serving;

/// <summary>What Kestrel calls for each request: checks it at the door, finds its route, has it answered, and keeps the books.</summary>
internal sealed class GatewayApplication(GatewayOptions options, Doorkeeper door, RouteTable routes, GatewayBooks books, Forwarder forwarder, FaultSelector faults, FailureLog failures, CancellationToken stopping)
    : IHttpApplication<HttpContext>
{
    private readonly ScriptedServing scripted = new(options);
    private readonly CassettePlayer player = new(options);
    private int inWork;

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        var start = options.Clock.GetTimestamp();
        var target = RequestTarget.Of(context.Request);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            var isBusy = Interlocked.Increment(ref inWork) > options.MaxConcurrentRequests;
            await AdmitAsync(context, target, start, isBusy, either.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // Gone, or told to go: there is nobody to answer.
            context.Abort();
        }
        catch (Exception exception)
        {
            failures.Write(exception, job: null, $"{context.Request.Method} {target.Rest}");
            await FailUnbookedAsync(context, target, either.Token);
        }
        finally
        {
            Interlocked.Decrement(ref inWork);
        }
    }

    private Task AdmitAsync(HttpContext context, RequestTarget target, long start, bool isBusy, CancellationToken cancellationToken)
    {
        if (!Doorkeeper.KnowsHost(context.Request))
        {
            return RefuseAsync(context, target, start, Refusals.WrongHost, cancellationToken);
        }

        if (target.Endpoint == Endpoint.Hello)
        {
            return Task.CompletedTask;
        }

        if (target.Endpoint == Endpoint.Unknown)
        {
            return RefuseAsync(context, target, start, Refusals.UnknownPath(context.Request.Method, target.Rest), cancellationToken);
        }

        if (!door.KnowsToken(context.Request, target.Api))
        {
            return RefuseAsync(context, target, start, Refusals.WrongToken, cancellationToken);
        }

        if (!HasPlainJson(context.Request))
        {
            return RefuseAsync(context, target, start, Refusals.WrongContent, cancellationToken);
        }

        return isBusy
            ? RefuseBusyAsync(context, target, start, cancellationToken)
            : RouteAsync(context, target, start, cancellationToken);
    }

    // A web page may send other types without asking first; a body that does not say what it is is read as JSON.
    private static bool HasPlainJson(HttpRequest request)
    {
        var type = request.ContentType;
        var isJson = type is null || type.Split(';')[0].Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase);
        var isPlain = request.Headers.ContentEncoding.All(coding => "identity".Equals(coding?.Trim(), StringComparison.OrdinalIgnoreCase));
        return !HttpMethods.IsPost(request.Method) || (isJson && isPlain);
    }

    /// <summary>Stands in the books of the attempt whose request it was: that the gateway was busy is not the model's fault.</summary>
    private async Task RefuseBusyAsync(HttpContext context, RequestTarget target, long start, CancellationToken cancellationToken)
    {
        var busy = Refusals.Busy(options.MaxConcurrentRequests);
        var route = target.RouteKey is { } key ? routes.Find(key) : routes.FindBound(SessionOf(context));
        if (route is null || target.Endpoint != Endpoint.Generate)
        {
            await RefuseAsync(context, target, start, busy, cancellationToken);
            return;
        }

        var exchange = new Exchange { Context = context, Target = target, Route = route, Entry = NewEntry(target, route, start), Clock = options.Clock };
        route.Begin(exchange.Entry);
        try
        {
            await exchange.RefuseAsync(busy, cancellationToken);
        }
        finally
        {
            End(exchange, route, null);
        }
    }

    private async Task RouteAsync(HttpContext context, RequestTarget target, long start, CancellationToken cancellationToken)
    {
        if (target.Endpoint == Endpoint.Models && target.RouteKey is null)
        {
            await ModelsAsync(context, target, null, cancellationToken);
            return;
        }

        var route = target.RouteKey is { } key ? routes.Find(key) : await SessionRouteAsync(context, cancellationToken);
        if (route is null || route.Closed.IsCancellationRequested)
        {
            var isShared = target.RouteKey is null && route is null;
            if (isShared && target.Endpoint == Endpoint.Generate)
            {
                routes.MarkUnattributed();
            }

            await RefuseAsync(context, target, start, isShared ? Refusals.UnknownSession : Refusals.NoRoute, cancellationToken);
            return;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, route.Closed);
        route.Touch();
        await (target.Endpoint switch
        {
            Endpoint.Generate => GenerateAsync(context, target, route, start, either.Token),
            Endpoint.CountTokens => CountAsync(context, target, route, either.Token),
            _ => ModelsAsync(context, target, route, either.Token),
        });
    }

    private Task<GatewayRoute?> SessionRouteAsync(HttpContext context, CancellationToken cancellationToken) =>
        routes.FindSessionAsync(SessionOf(context), context.Request.Headers["x-parent-session-id"].ToString(), cancellationToken);

    private static string SessionOf(HttpContext context)
    {
        var headers = context.Request.Headers;
        return headers["x-session-id"].ToString() is { Length: > 0 } id ? id : headers["x-session-affinity"].ToString();
    }

    private async Task GenerateAsync(HttpContext context, RequestTarget target, GatewayRoute route, long start, CancellationToken cancellationToken)
    {
        var exchange = new Exchange { Context = context, Target = target, Route = route, Entry = NewEntry(target, route, start), Clock = options.Clock };
        route.Begin(exchange.Entry);
        string? error = null;
        try
        {
            await AnswerAsync(exchange, cancellationToken);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            error = stopping.IsCancellationRequested ? "gateway_stopped" : route.Closed.IsCancellationRequested ? "route_closed" : "client_disconnected";
            throw;
        }
        catch (Exception exception)
        {
            error = Refusals.Internal.Code;
            failures.Write(exception, FormattableString.Invariant($"{route.Spec.JobId}, attempt {route.Spec.Attempt}"), $"{context.Request.Method} {target.Rest}");
            await FailInternallyAsync(exchange, exception, cancellationToken);
        }
        finally
        {
            End(exchange, route, error);
        }
    }

    private void End(Exchange exchange, GatewayRoute route, string? error)
    {
        try
        {
            books.End(exchange, error, options.Clock.GetTimestamp());
        }
        finally
        {
            // Whoever waits for the route to be idle waits for this.
            route.End(exchange.Entry.Snapshot);
        }
    }

    private static async Task FailInternallyAsync(Exchange exchange, Exception exception, CancellationToken cancellationToken)
    {
        try
        {
            if (!exchange.Context.Response.HasStarted)
            {
                await exchange.FailAsync(Refusals.Internal, cancellationToken);
                return;
            }

            // The agent must see a broken answer as broken.
            exchange.Context.Abort();
        }
        finally
        {
            // The agent learns no more than that; the evidence does.
            var detail = $"{Refusals.Internal.Message} {exception.GetType().Name}: {exception.Message} See gateway/failures.log.";
            exchange.Entry.Change(r => r with { Error = Refusals.Internal.Code, ErrorDetail = detail });
        }
    }

    private static async Task FailUnbookedAsync(HttpContext context, RequestTarget target, CancellationToken cancellationToken)
    {
        try
        {
            if (!context.Response.HasStarted)
            {
                await Reply.ErrorAsync(context, target.Api, Refusals.Internal, cancellationToken);
                return;
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // Gone meanwhile.
        }

        context.Abort();
    }

    private async Task AnswerAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        if (await exchange.ReadBodyAsync(options.MaxBodyBytes, cancellationToken) is not { } body)
        {
            return;
        }

        var spec = exchange.Route!.Spec;
        var (call, problem) = ModelRequests.Read(exchange.Target.Api, body, exchange.Target.Model, exchange.Target.Streams);
        var place = call is null ? null : OwnTurns.Find(call, spec.Model, spec.PromptText);
        var isHidden = place?.IsHidden ?? false;
        exchange.Describe(call?.Model ?? exchange.Target.Model ?? "", isHidden, call?.WasMended ?? false);
        if (call is not null)
        {
            books.Begin(exchange, call);
        }

        if (!isHidden && exchange.Route.ExceedsRepeats())
        {
            // No answer: the lane is told, and ends the agent that would not stop asking.
            exchange.Entry.Change(r => r with { Error = GatewayRequest.RepeatsExhausted, WasRefused = true });
            await Task.Delay(Timeout.InfiniteTimeSpan, options.Clock, cancellationToken);
        }

        if (spec.Upstream is not null)
        {
            await forwarder.ForwardAsync(exchange, body, cancellationToken);
        }
        else if (call is null || place is null)
        {
            await exchange.FailAsync(ApiError.InvalidRequest(problem!), cancellationToken);
        }
        else if (spec.Cassette is not null)
        {
            await player.PlayAsync(exchange, call, cancellationToken);
        }
        else
        {
            await ServeAsync(exchange, call, place, cancellationToken);
        }
    }

    private async Task ServeAsync(Exchange exchange, ModelCall call, TurnPlace place, CancellationToken cancellationToken)
    {
        var fault = place.IsHidden ? null : faults.Next(exchange.Route!.Spec);
        if (fault is not null)
        {
            exchange.Entry.Change(r => r with { Fault = fault.Fault });
            if (!await FaultServing.BeginAsync(exchange, fault, cancellationToken))
            {
                return;
            }
        }

        await scripted.ServeAsync(exchange, call, place, fault, cancellationToken);
    }

    private async Task CountAsync(HttpContext context, RequestTarget target, GatewayRoute route, CancellationToken cancellationToken)
    {
        var plain = new Exchange { Context = context, Target = target, Route = route, Entry = NewEntry(target, route, 0), Clock = options.Clock };
        if (await plain.ReadBodyAsync(options.MaxBodyBytes, cancellationToken) is not { } body)
        {
            return;
        }

        if (route.Spec.Upstream is { } upstream)
        {
            await forwarder.ForwardPlainAsync(context, target, upstream, body, cancellationToken);
            return;
        }

        var (call, problem) = ModelRequests.Read(target.Api, body, target.Model, target.Streams);
        await (call is null
            ? Reply.ErrorAsync(context, target.Api, ApiError.InvalidRequest(problem!), cancellationToken)
            : Reply.JsonAsync(context, plain.Protocol.TokenCount(call.Messages.SelectMany(m => m.Texts).Sum(TextGroups.TokensOf)), cancellationToken));
    }

    private Task ModelsAsync(HttpContext context, RequestTarget target, GatewayRoute? route, CancellationToken cancellationToken)
    {
        if (route?.Spec.Upstream is { } upstream)
        {
            return forwarder.ForwardPlainAsync(context, target, upstream, null, cancellationToken);
        }

        var protocol = ModelProtocols.Of(target.Api);
        if (target.Model is not { } model)
        {
            return Reply.JsonAsync(context, protocol.ModelList(options.Models), cancellationToken);
        }

        return options.Models.Contains(model)
            ? Reply.JsonAsync(context, protocol.ModelEntry(model), cancellationToken)
            : Reply.ErrorAsync(context, target.Api, ApiError.ModelNotFound(model), cancellationToken);
    }

    /// <summary>Answers a request that no route takes. A model request among them gets a line, but stands in no route's books.</summary>
    private Task RefuseAsync(HttpContext context, RequestTarget target, long start, ApiError error, CancellationToken cancellationToken)
    {
        // Booked first: whoever has the answer can read the books.
        if (target.Endpoint == Endpoint.Generate)
        {
            var entry = NewEntry(target, null, start);
            entry.Change(r => r with { Status = error.Status, Error = error.Code, ErrorName = ModelProtocols.Of(target.Api).Error(error).Name });
            entry.Close(options.Clock.GetTimestamp(), null);
            books.Write(entry);
        }

        return Reply.ErrorAsync(context, target.Api, error, cancellationToken);
    }

    private RequestEntry NewEntry(RequestTarget target, GatewayRoute? route, long start) => new(
        new GatewayRequest
        {
            JobId = route?.Spec.JobId,
            Attempt = route?.Spec.Attempt,
            Api = target.Api,
            ModelAsked = "",
            StartTimestamp = start,
        },
        options.Clock.GetUtcNow());
}
