/// The Open Inference Protocol over gRPC: messages of the protobuf package `inference`, service
/// `GRPCInferenceService`, without generated classes. Read
/// [dev.slipway.inference.codec.oip.OipInfer] first; `slipway/inference.proto` among the resources
/// has
/// the messages.
///
/// Sources: KServe's `grpc_predict_v2.proto` and Triton's `grpc_service.proto` (field numbers),
/// which
/// share messages but not all fields: both are read.
@NullMarked
package dev.slipway.inference.codec.oip;

import org.jspecify.annotations.NullMarked;
