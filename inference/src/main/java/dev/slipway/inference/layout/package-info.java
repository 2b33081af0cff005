/// What a downloaded directory is: [dev.slipway.inference.layout.ModelLayout] reads the conventions
/// of KServe, TensorFlow Serving (2.20), Triton (protocol of 2026), MLflow (3), MLServer and
/// Hugging
/// Face, and answers with one [dev.slipway.inference.layout.ModelDescription]. Pure but for reading
/// files; nothing found in a file is executed. Read first: these two, then
/// [dev.slipway.inference.layout.TextProto].
@NullMarked
package dev.slipway.inference.layout;

import org.jspecify.annotations.NullMarked;
