/// The Open Inference Protocol (V2) as JSON over HTTP, with the binary tensor data and
/// classification
/// extensions: bytes in, messages out. Read [dev.slipway.inference.codec.v2.V2RequestReader] and
/// [dev.slipway.inference.codec.v2.V2ResponseWriter] first.
///
/// Sources: Open Inference Protocol, `rest/inference_rest.yaml` (2023); Triton's
/// `protocol/extension_*.md`.
@NullMarked
package dev.slipway.inference.codec.v2;

import org.jspecify.annotations.NullMarked;
