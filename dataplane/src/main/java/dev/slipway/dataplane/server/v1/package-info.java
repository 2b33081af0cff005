/// KServe's V1 protocol, under the paths it shares with TensorFlow Serving.
@NullMarked
package dev.slipway.dataplane.server.v1;

import org.jspecify.annotations.NullMarked;
