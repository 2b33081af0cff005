/// TensorFlow SavedModels (2.x, and 1.x as Estimators export them), computed by TensorFlow 2.18
/// through its C API. Left out: sparse and composite inputs, complex numbers, processors other than
/// this machine's. Read first: [dev.slipway.engines.tensorflow.TensorFlowEngine],
/// [dev.slipway.engines.tensorflow.SavedModel], [dev.slipway.engines.tensorflow.Session].
@NullMarked
package dev.slipway.engines.tensorflow;

import org.jspecify.annotations.NullMarked;
