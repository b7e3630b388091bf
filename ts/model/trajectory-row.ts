/** A frame of a trajectory in names and values, as the command `trajectory` writes them. */
export type TrajectoryRow = Readonly<Record<string, number | string | boolean | null>>;
