package dev.slipway.inference.codec.oip;

import dev.slipway.inference.codec.v2.V2Request;

/// `ModelInferRequest`.
///
/// @param modelVersion `""` for none
/// @param request its inputs are views of the message where they came raw; its `binaryOutput` says
/// that they did, and so the outputs go
public record OipInferRequest(String modelName, String modelVersion, V2Request request) {}
