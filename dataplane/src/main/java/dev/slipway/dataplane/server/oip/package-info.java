/// The Open Inference Protocol over gRPC: package `inference`, service `GRPCInferenceService`.
@NullMarked
package dev.slipway.dataplane.server.oip;

import org.jspecify.annotations.NullMarked;
