/** Groups of doctor's checks, in the order in which parts of the mesh depend on each other: causes come before consequences. */
export const DOCTOR_GROUPS = [
  'before',
  'cluster',
  'teleport',
  'nodes',
  'istiod',
  'injection',
  'certificates',
  'policies',
  'drift',
] as const;

/** A chapter. */
export type DoctorGroup = (typeof DOCTOR_GROUPS)[number];
