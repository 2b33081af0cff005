package dev.slipway.bench;

import dev.slipway.net.HttpServer;
import dev.slipway.net.LoopHandler;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import dev.slipway.net.ServerSettings;
import dev.slipway.net.grpc.GrpcHandler;
import dev.slipway.net.grpc.GrpcMethods;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

/// The bare server of the network room, as the ceiling for whatever is built on it: it reads a
/// request and answers bytes of a fixed size, without looking at them.
///
/// | address | answers |
/// |---|---|
/// | `POST /thread` | JSON, from a handler on a virtual thread that has read the body |
/// | `POST /loop` | the same, from the event loop, the body skipped |
/// | gRPC `/bench.Echo/Echo` | a message, from a virtual thread |
///
/// ```text
/// bench/run NetEcho port=8090 json=150 grpc=96        # prints "NetEcho listens on PORT"
/// wrk -t1 -c50 -d10s --latency -s post.lua http://127.0.0.1:8090/thread
/// h2load -t1 -c8 -m16 -D10 -H 'content-type: application/grpc' -H 'te: trailers' \
///   -d frame.bin http://127.0.0.1:8090/bench.Echo/Echo
/// ```
///
/// `post.lua` sets `wrk.method`, `wrk.body` and the content type; `frame.bin` is a message behind
/// its five-byte prefix. `GET /counters` tells the bytes allocated by all threads and the processor
/// time used, so that two readings around a run give the cost of a request.
public final class NetEcho {
  private static final int MAX_BODY_BYTES = 64 * 1024 * 1024;

  private final byte[] json;
  private final byte[] message;

  private NetEcho(int jsonBytes, int messageBytes) {
    json = json(jsonBytes);
    message = new byte[messageBytes];
  }

  /// Runs until killed.
  ///
  /// @param args `port=`, `json=` and `grpc=` bytes of the answers
  public static void main(String[] args) throws InterruptedException {
    var echo = new NetEcho(option(args, "json", 150), option(args, "grpc", 96));
    try (var server = echo.start(option(args, "port", 0))) {
      System.out.println("NetEcho listens on " + server.port());
      new CountDownLatch(1).await();
    }
  }

  private static int option(String[] args, String name, int absent) {
    int value = absent;
    for (var arg : args) {
      if (arg.startsWith(name + "=")) {
        value = Integer.parseInt(arg.substring(name.length() + 1));
      }
    }
    return value;
  }

  private HttpServer start(int port) {
    LoopHandler onLoop = this::onLoop;
    var calls = GrpcMethods.none().unary("/bench.Echo/Echo", (_, _) -> message);
    var grpc = new GrpcHandler(calls, MAX_BODY_BYTES);
    return HttpServer.start(
        ServerSettings.of("127.0.0.1", port), onLoop, grpc.beside(this::onThread));
  }

  private boolean onLoop(Request request, Response response) {
    if (!request.rawPath().equals("/loop")) {
      return false;
    }
    response.header("content-type", "application/json").send(json);
    return true;
  }

  private void onThread(Request request, Response response) {
    if (request.rawPath().equals("/counters")) {
      response.header("content-type", "text/plain").send(ProcessCost.now().utf8());
      return;
    }
    var _ = request.body(MAX_BODY_BYTES);
    response.header("content-type", "application/json").send(json);
  }

  /// An answer of the protocol's shape, padded to the size.
  private static byte[] json(int bytes) {
    var head = "{\"model_name\":\"iris\",\"outputs\":[],\"id\":\"";
    var tail = "\"}";
    var padding = "x".repeat(Math.max(0, bytes - head.length() - tail.length()));
    return (head + padding + tail).getBytes(StandardCharsets.US_ASCII);
  }
}
