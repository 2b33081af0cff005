/// Jobs that start, fail and finish together: `jobset.x-k8s.io/v1alpha2 JobSet`, after jobset 0.12
/// (`pkg/controllers`). Left out: exclusive placement beyond its annotations and node selectors,
/// and
/// what the original keeps behind feature gates that are off. Start reading at
/// [JobSetReconciler], [ChildJobs] and [JobDesired].
@NullMarked
package dev.slipway.controllers.jobset;

import org.jspecify.annotations.NullMarked;
