package dev.slipway.net.grpc;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// Everything gRPC promises, through a forwarder: nothing of it may get lost on the way.
class GrpcForwardedTest extends GrpcHandlerTest {
  @BeforeAll
  static void relay() {
    Caller.relayed = true;
  }

  /// Here it is the relay's connections that drain, and its caller knows nothing of it.
  @Override
  void failsNoCallWhileItsConnectionDrains() {}

  @AfterAll
  static void direct() {
    Caller.relayed = false;
  }
}
