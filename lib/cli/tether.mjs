// Loaded with --import into every process that lib/cli/processes.ts starts, Next's own included: when the supervisor
// is gone, even by SIGKILL, the channel to it closes and the process stops as if it had been told to. The processes
// that such a process forks inherit the --import, but not the supervisor as their parent.
if (process.channel && process.env.TETHERED_TO === String(process.ppid)) {
  process.channel.unref();
  process.once('disconnect', () => {
    setTimeout(() => process.exit(1), 4000).unref();
    process.kill(process.pid, 'SIGTERM');
  });
}
