/// MLflow's scoring protocol.
@NullMarked
package dev.slipway.dataplane.server.mlflow;

import org.jspecify.annotations.NullMarked;
