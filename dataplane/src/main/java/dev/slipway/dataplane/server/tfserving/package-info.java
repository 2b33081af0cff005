/// TensorFlow Serving over HTTP.
@NullMarked
package dev.slipway.dataplane.server.tfserving;

import org.jspecify.annotations.NullMarked;
