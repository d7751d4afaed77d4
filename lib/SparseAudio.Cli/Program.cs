using SparseAudio.Cli;

return CommandLine.Run(args);
