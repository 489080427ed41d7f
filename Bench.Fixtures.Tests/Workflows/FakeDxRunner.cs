using Bench.Fixtures.Planning;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Redaction;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Workflows;
using Bench.Fixtures.Workflows.DxRunner;
using Bench.Fixtures.Workspaces;

namespace Bench.Fixtures.Tests.Workflows;

/// <summary>
/// A dx-runner as a shell script, with the commands, states, exit codes and JSON fields of the real one: jobs run in the background, their state is in files, and an echo
/// that changes nothing ends as <c>no_op_success</c>. What a job does is told by <see cref="Behave"/>.
/// </summary>
internal sealed class FakeDxRunner : IDisposable
{
    private const string Script = """
        #!/bin/bash
        root='@ROOT@'
        command=$1; shift
        lines=50
        while [ $# -gt 0 ]; do
          case $1 in
            --beads) beads=$2; shift 2;; --provider) provider=$2; shift 2;; --prompt-file) prompt=$2; shift 2;; --worktree) worktree=$2; shift 2;;
            --model) model=$2; shift 2;; --format) shift 2;; --lines) lines=$2; shift 2;; --json) shift;; *) echo "unknown argument: $1" >&2; exit 2;;
          esac
        done
        echo "$command ${beads:-$provider}" >> "$root/calls"
        job="$root/jobs/$beads"
        say() { { cat "$root/behaviour/$beads" 2>/dev/null; cat "$root/behaviour/default" 2>/dev/null; } | sed -n "s/^$1=//p" | head -n 1; }
        value() { sed -n "s/^$1=//p" "$job.meta" "$job.outcome" 2>/dev/null | tail -n 1; }
        state_of() {
          if [ ! -e "$job.meta" ]; then state=missing; reason=no_meta; return; fi
          if [ -e "$job.outcome" ]; then
            code=$(value exit_code); forced=$(say state)
            if [ -n "$forced" ]; then state=$forced
            elif [ "$code" = 137 ]; then state=stopped
            elif [ "$code" = 0 ]; then state=no_op_success
            else state=exited_err; fi
            reason=$(value reason_code)
          elif kill -0 "$(cat "$job.pid" 2>/dev/null)" 2>/dev/null; then state=$(say live_state); state=${state:-healthy}; reason=$(say live_reason); reason=${reason:-cpu_progress}
          else state=awaiting_finalize; reason=awaiting_finalize_monitor_active; fi
        }
        case $command in
          preflight)
            if [ -e "$root/not-ready-$provider" ]; then echo "[dx-runner] preflight failed for $provider"; echo "reason_code=$(cat "$root/not-ready-$provider")"; exit 1; fi
            echo "[dx-runner] preflight ok";;
          start)
            code=$(say start_exit)
            if [ -n "$code" ]; then echo "[dx-runner] start refused" >&2; echo "reason_code=$(say start_reason)" >&2; exit "$code"; fi
            if [ ! -d "$worktree/.git" ]; then echo "reason_code=worktree_missing" >&2; exit 22; fi
            cap=$(cat "$root/cap-$provider" 2>/dev/null || echo 2)
            # A lock, as between two starts at once.
            exec 9> "$root/lock-$provider"; flock 9
            running=0; for pid in "$root"/jobs/*-"$provider"-*.pid; do [ -e "${pid%.pid}.outcome" ] || { [ -e "$pid" ] && running=$((running + 1)); }; done
            if [ "$running" -ge "$cap" ]; then echo "reason_code=provider_concurrency_cap_exceeded" >&2; exit 26; fi
            printf 'beads=%s\nprovider=%s\nworktree=%s\nselected_model=%s\n' "$beads" "$provider" "$worktree" "${model}" > "$job.meta"
            (
              exec 9>&-
              sleep "$(say sleep || echo 0)" 2>/dev/null
              starts=$(say starts); while [ "$(grep -c '^start ' "$root/calls")" -lt "${starts:-0}" ]; do sleep 0.02; done
              word=$(sed -n 's/^Return exactly: //p' "$prompt"); answer=$(say answer)
              case $provider in
                opencode) printf '{"type":"step_start","part":{"type":"step-start"}}\n{"type":"text","part":{"type":"text","text":"%s"}}\n{"type":"step_finish","part":{"reason":"stop"}}\n' "${answer:-$word}";;
                gemini) printf '{\n  "response": "%s",\n  "stats": {}\n}\n' "${answer:-$word}";;
                *) echo "[cc-glm-headless] LAUNCH_OK model=$model"; [ "$answer" = nothing ] || echo "${answer:-$word}";;
              esac > "$job.log" 2>&1
              code=$(say rc); printf 'exit_code=%s\nreason_code=%s\nstate=%s\n' "${code:-0}" "$(say reason || echo process_exit_with_rc)" "done" > "$job.outcome.tmp"; mv "$job.outcome.tmp" "$job.outcome"
            ) > /dev/null 2>&1 < /dev/null &
            echo $! > "$job.pid"; echo "pid=$!"; echo "selected_model=$model"; echo "launch_mode=detached";;
          check)
            echo x >> "$job.checks"
            if [ "$(wc -l < "$job.checks")" -le "$(say torn_checks || echo 0)" ] 2>/dev/null; then printf '{"beads":"%s","sta' "$beads"; exit 1; fi
            state_of
            printf '{"beads":"%s","provider":"%s","state":"%s","reason_code":"%s","next_action":"","host":"h","cwd":"/","worktree":"%s","run_instance":"1","selected_model":"%s"}\n' "$beads" "$(value provider)" "$state" "$reason" "$(value worktree)" "$(value selected_model)"
            case $state in stalled) exit 2;; exited_err|blocked) exit 3;; no_op) exit 23;; missing) exit 1;; esac;;
          report)
            state_of
            printf '{"beads":"%s","provider":"%s","state":"%s","reason_code":"%s","duration_sec":"1","retries":0,"exit_code":"%s","outcome_state":"%s","outcome_reason_code":"%s","selected_model":"%s","fallback_reason":""}\n' "$beads" "$(value provider)" "$state" "$reason" "$(value exit_code)" "success" "$(value reason_code)" "$(value selected_model)";;
          logs) tail -n "$lines" "$job.log" 2>/dev/null;;
          stop)
            pid=$(cat "$job.pid" 2>/dev/null); pkill -KILL -P "$pid" 2>/dev/null; kill -KILL "$pid" 2>/dev/null
            printf 'exit_code=137\nreason_code=manual_stop\n' > "$job.outcome";;
          *) echo "unknown command: $command" >&2; exit 2;;
        esac
        """;

    private readonly TestFolder folder = new();
    private readonly JobWorkspaces workspaces;

    public FakeDxRunner()
    {
        Directory.CreateDirectory(folder.At("jobs"));
        Directory.CreateDirectory(folder.At("behaviour"));
        Path = TestFolder.WriteProgram(folder.At("dx-runner"), Script.Replace("@ROOT@", folder.Path, StringComparison.Ordinal) + "\n");
        workspaces = JobWorkspaces.Create(RunMark.New("dx"), folder.Path);
        Lane = new DxRunnerLane(DxRunnerCli.OfProcess(Path, TimeProvider.System), workspaces, new Redactor([new KnownSecret("KEY", "a-secret-of-the-tests")]), TimeProvider.System, job => $"run-r1-{job.System}-{job.Ordinal}")
        {
            Interval = TimeSpan.FromMilliseconds(20),
        };
    }

    /// <summary>The program.</summary>
    public string Path { get; }

    /// <summary>The lane.</summary>
    public DxRunnerLane Lane { get; }

    /// <summary>The commands so far: name, and job or provider.</summary>
    public IReadOnlyList<string> Calls => File.Exists(folder.At("calls")) ? File.ReadAllLines(folder.At("calls")) : [];

    /// <summary>Processes of the script that still run.</summary>
    public int Running => Directory.GetFiles(folder.At("jobs"), "*.pid").Count(file => int.TryParse(File.ReadAllText(file), out var pid) && ProcTable.Read(pid) is { IsDead: false });

    /// <summary>Waits until none of them runs: a killed one needs a moment.</summary>
    public async Task UntilNoneRunsAsync(CancellationToken cancellationToken)
    {
        while (Running > 0)
        {
            await Task.Delay(20, cancellationToken);
        }
    }

    /// <summary>
    /// Lets a job, or all (<c>default</c>), do something else: <c>answer</c>, <c>rc</c>, <c>reason</c>, <c>state</c>, <c>sleep</c>, <c>starts</c> (ends after so many starts only),
    /// <c>start_exit</c>, <c>start_reason</c>, <c>live_state</c> and <c>live_reason</c> (while its process runs), <c>torn_checks</c> (so many of its checks print half a document).
    /// </summary>
    public void Behave(string beads, params string[] lines) => folder.Write("behaviour/" + beads, string.Join('\n', lines) + "\n");

    /// <summary>Lets as many jobs of a provider run at once.</summary>
    public void Cap(string provider, int jobs) => folder.Write($"cap-{provider}", $"{jobs}");

    /// <summary>Lets a provider's preflight fail.</summary>
    public void NotReady(string provider, string reason) => folder.Write($"not-ready-{provider}", reason);

    /// <summary>A request for the lane: "Return exactly: OK".</summary>
    public AttemptRequest Request(string system, int index, TimeSpan? timeout = null) => new()
    {
        RunId = "run",
        Job = new Job
        {
            JobId = $"{system}_{index}", Ordinal = index, WorkflowId = WorkflowCatalog.All.First(workflow => workflow.System == system).Id, System = system, WorkflowKind = WorkflowKind.Headless,
            PromptId = "echo_ok", PromptCategory = "soak", PromptTitle = "Echo OK", Trial = 1, Model = system == "opencode" ? "zhipuai-coding-plan/glm-5" : "glm-5", Provider = system,
        },
        Attempt = 0,
        Prompt = new Prompt { Id = "echo_ok", Category = "soak", Title = "Echo OK", Text = "Return exactly: OK", Checks = [new PromptCheck(CheckKind.Regex, @"\A\s*OK\s*\z")] },
        Timeout = timeout ?? TimeSpan.FromSeconds(60),
        StallThreshold = TimeSpan.FromSeconds(60),
        StdoutLogPath = folder.At($"{system}-{index}.stdout.log"),
        StderrLogPath = folder.At($"{system}-{index}.stderr.log"),
        EventsLogPath = folder.At($"{system}-{index}.events.ndjson"),
    };

    public void Dispose()
    {
        workspaces.DisposeAsync().AsTask().GetAwaiter().GetResult();
        folder.Dispose();
    }
}
