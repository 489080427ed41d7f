using Bench.DummyAgent;

return new Script(args).Run();
