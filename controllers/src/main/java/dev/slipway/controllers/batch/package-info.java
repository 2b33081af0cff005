/// Work that ends: Job and CronJob of `batch/v1`. Behaviour follows `pkg/controller/{job,cronjob,
/// ttlafterfinished}` of Kubernetes 1.34. Left out: nothing of the stable API. Start reading at
/// [JobReconciler], [JobCount] and [CronJobReconciler].
@NullMarked
package dev.slipway.controllers.batch;

import org.jspecify.annotations.NullMarked;
