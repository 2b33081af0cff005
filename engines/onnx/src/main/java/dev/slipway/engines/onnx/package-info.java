/// ONNX models through ONNX Runtime's C API. Read [dev.slipway.engines.onnx.OnnxEngine], then
/// `OnnxModel` (what a request goes through) and `Lane` (how a small model is called).
@NullMarked
package dev.slipway.engines.onnx;

import org.jspecify.annotations.NullMarked;
