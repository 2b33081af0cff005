package dev.slipway.inference.codec.tfserving;

import dev.slipway.inference.tensor.Tensor;
import java.util.List;

/// What a client of the REST API asks.
///
/// @param signature `signature_name`; `""` for none
/// @param inputs cast to the types of the signature where a client's numbers allow it
/// @param rows whether the request was in row form (`instances`), and so is the answer
public record TfRequest(String signature, List<Tensor> inputs, boolean rows) {}
