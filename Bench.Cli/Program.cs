using Bench.Cli;

var host = CliHost.OfProcess();
return await CommandLine.RunAsync(args, host, BenchCommands.All(host));
