/// What holds for a `jobset.x-k8s.io/v1alpha2 JobSet` before it is stored, after jobset 0.12: its
/// defaults, its rules with the messages of the original. Left out: what the original keeps behind
/// feature gates that are off (restarts in place, restarts of single jobs, elastic sets). Start
/// reading at [JobSetRules] and [JobSets].
@NullMarked
package dev.slipway.api.jobset;

import org.jspecify.annotations.NullMarked;
