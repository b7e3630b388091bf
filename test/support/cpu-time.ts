/** CPU time of this process so far, in s. Unlike a clock, it does not run while others compute. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
