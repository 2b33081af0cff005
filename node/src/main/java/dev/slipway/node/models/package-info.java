/// Runs the containers of known model servers inside this process: image, arguments and environment
/// only say which model, format, protocol and port. Start reading at [ModelPods] and [ServerImage].
///
/// Known are KServe's own servers, MLServer, TensorFlow Serving, TorchServe, Triton, OpenVINO Model
/// Server, Seldon's prepackaged servers and this program's own; and KServe's storage initializer.
@NullMarked
package dev.slipway.node.models;

import org.jspecify.annotations.NullMarked;
