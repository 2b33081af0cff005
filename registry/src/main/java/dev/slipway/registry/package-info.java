/// Experiments, runs, models and their files, over MLflow's REST API (2.x and 3.x clients).
///
/// Follows MLflow 3.6. Left out: workspaces, jobs, the prompt optimiser, MLflow's own gateway. Read
/// first: [Registry], [dev.slipway.registry.sql.Database],
/// [dev.slipway.registry.filter.Filters].
@NullMarked
package dev.slipway.registry;

import org.jspecify.annotations.NullMarked;
