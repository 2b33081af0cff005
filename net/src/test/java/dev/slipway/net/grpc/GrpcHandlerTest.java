package dev.slipway.net.grpc;

import static dev.slipway.net.grpc.Caller.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import dev.slipway.net.Handler;
import io.grpc.CallOptions;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Calls by grpc-java's client.
@Timeout(60)
class GrpcHandlerTest {
  private static final String ECHO = "/test.Echo/Echo";
  private static final GrpcMethods METHODS =
      GrpcMethods.none().unary(ECHO, (message, _) -> message);

  private static Status statusOf(Runnable call) {
    try {
      call.run();
      return Status.OK;
    } catch (StatusRuntimeException problem) {
      return problem.getStatus();
    }
  }

  @Test
  void echoesMessagesOfEverySize() throws Exception {
    try (var caller = new Caller(METHODS)) {
      var random = new Random(7);
      for (int size : new int[] {0, 1, 150, 16_384, 65_531, 65_536, 1 << 20, 30_000_000}) {
        var message = new byte[size];
        random.nextBytes(message);
        assertThat(caller.call(ECHO, message)).as("size %d", size).isEqualTo(message);
      }
    }
  }

  @Test
  void answersManyCallsOfOneConnectionAtOnce() throws Exception {
    try (var caller = new Caller(METHODS)) {
      var method = Caller.method(ECHO, MethodType.UNARY);
      var answers =
          IntStream.range(0, 5000)
              .mapToObj(
                  i ->
                      ClientCalls.futureUnaryCall(
                          caller.channel().newCall(method, CallOptions.DEFAULT),
                          utf8("message " + i)))
              .toList();
      for (int i = 0; i < answers.size(); i++) {
        assertThat(answers.get(i).get(30, TimeUnit.SECONDS)).isEqualTo(utf8("message " + i));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(value = GrpcStatus.class, names = "OK", mode = EnumSource.Mode.EXCLUDE)
  void endsWithTheStatusThrown(GrpcStatus status) throws Exception {
    var text = "100 % wrong: ä\n€ 😀 \"x\"";
    GrpcMethod.Unary failing =
        (_, _) -> {
          throw new GrpcException(status, text);
        };
    try (var caller = new Caller(GrpcMethods.none().with(ECHO, failing))) {
      var found = statusOf(() -> caller.call(ECHO, new byte[1]));
      assertThat(found.getCode().value()).isEqualTo(status.code());
      assertThat(found.getCode()).hasToString(status.name());
      assertThat(found.getDescription()).isEqualTo(text);
    }
  }

  @Test
  void keepsAnUnexpectedFailureToItself() throws Exception {
    GrpcMethod.Unary failing =
        (_, _) -> {
          throw new IllegalStateException("secret");
        };
    try (var caller = new Caller(GrpcMethods.none().with(ECHO, failing))) {
      var found = statusOf(() -> caller.call(ECHO, new byte[1]));
      assertThat(found.getCode()).isEqualTo(Status.Code.UNKNOWN);
      assertThat(found.getDescription()).isEqualTo("the method failed");
    }
  }

  @Test
  void doesNotImplementUnknownMethods() throws Exception {
    try (var caller = new Caller(METHODS)) {
      var found = statusOf(() -> caller.call("/test.Echo/Shout", new byte[1]));
      assertThat(found.getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
      assertThat(found.getDescription()).contains("/test.Echo/Shout");
    }
  }

  @Test
  void refusesMessagesAboveTheLimit() throws Exception {
    try (var caller = new Caller(new GrpcHandler(METHODS, 1000), _ -> {})) {
      assertThat(caller.call(ECHO, new byte[1000])).hasSize(1000);
      var found = statusOf(() -> caller.call(ECHO, new byte[1001]));
      assertThat(found.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(found.getDescription())
          .isEqualTo("message of 1001 bytes is larger than the limit of 1000");
      var zipped = CallOptions.DEFAULT.withCompression("gzip");
      assertThat(statusOf(() -> caller.call(ECHO, new byte[1_000_000], zipped)).getCode())
          .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    }
  }

  @Test
  void readsAndWritesGzip() throws Exception {
    try (var caller = new Caller(METHODS)) {
      var zipped = CallOptions.DEFAULT.withCompression("gzip");
      for (int size : new int[] {0, 10, 5000, 1_000_000}) {
        assertThat(caller.call(ECHO, new byte[size], zipped)).hasSize(size);
      }
    }
  }

  @Test
  void carriesMetadataBothWays() throws Exception {
    var binary = new byte[] {0, 1, (byte) 255};
    GrpcMethod.Unary telling =
        (message, call) -> {
          call.header("head", call.metadata("said"));
          call.binaryHeader("head-bin", call.binaryMetadata("said-bin").getFirst());
          call.trailer("tail", String.join("+", call.metadataValues("said")));
          call.binaryTrailer("tail-bin", call.binaryMetadata("said-bin").get(1));
          return message;
        };
    var said = new Metadata();
    said.put(ascii("said"), "a b");
    said.put(ascii("said"), "c");
    said.put(binary("said-bin"), binary);
    said.put(binary("said-bin"), new byte[] {9});
    var heads = new AtomicReference<Metadata>();
    var tails = new AtomicReference<Metadata>();
    try (var caller =
        new Caller(
            new GrpcHandler(GrpcMethods.none().with(ECHO, telling), 1000),
            builder ->
                builder.intercept(
                    MetadataUtils.newAttachHeadersInterceptor(said),
                    MetadataUtils.newCaptureMetadataInterceptor(heads, tails)))) {
      caller.call(ECHO, new byte[1]);
      assertThat(heads.get().get(ascii("head"))).isEqualTo("a b");
      assertThat(heads.get().get(binary("head-bin"))).isEqualTo(binary);
      assertThat(tails.get().get(ascii("tail"))).isEqualTo("a b+c");
      assertThat(tails.get().get(binary("tail-bin"))).isEqualTo(new byte[] {9});
    }
  }

  private static Metadata.Key<String> ascii(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  private static Metadata.Key<byte[]> binary(String name) {
    return Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void tellsAWaitingMethodThatNobodyWaitsForIt(boolean byDeadline) throws Exception {
    var told = new CountDownLatch(1);
    var begun = new CountDownLatch(1);
    GrpcMethod.Unary waiting =
        (message, call) -> {
          var cancelled = new CountDownLatch(1);
          call.onCancel(cancelled::countDown);
          begun.countDown();
          cancelled.await();
          if (call.cancelled()) {
            told.countDown();
          }
          return message;
        };
    try (var caller = new Caller(GrpcMethods.none().with(ECHO, waiting))) {
      var options = CallOptions.DEFAULT;
      if (byDeadline) {
        options = options.withDeadlineAfter(Duration.ofMillis(300));
      }
      var call = caller.channel().newCall(Caller.method(ECHO, MethodType.UNARY), options);
      var answer = ClientCalls.futureUnaryCall(call, new byte[1]);
      begun.await();
      if (!byDeadline) {
        answer.cancel(true);
      }
      assertThat(told.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void neverTellsAMethodThatEndedOfACancellation() throws Exception {
    var told = new AtomicInteger();
    GrpcMethod.Unary quick =
        (message, call) -> {
          call.onCancel(told::incrementAndGet);
          return message;
        };
    try (var caller = new Caller(GrpcMethods.none().with(ECHO, quick))) {
      var options = CallOptions.DEFAULT.withDeadlineAfter(Duration.ofSeconds(30));
      caller.call(ECHO, new byte[1], options);
    }
    assertThat(told).hasValue(0);
  }

  @Test
  void tellsTheTimeLeft() throws Exception {
    GrpcMethod.Unary telling =
        (_, call) -> utf8(call.timeLeft().map(left -> left.toMinutes() + " min").orElse("none"));
    try (var caller = new Caller(GrpcMethods.none().with(ECHO, telling))) {
      var options = CallOptions.DEFAULT.withDeadlineAfter(Duration.ofMinutes(90));
      assertThat(caller.call(ECHO, new byte[1], options)).isEqualTo(utf8("89 min"));
      assertThat(caller.call(ECHO, new byte[1])).isEqualTo(utf8("none"));
    }
  }

  @Test
  void streamsBothWaysWhileBothSpeak() throws Exception {
    GrpcMethod.Streaming echo =
        (in, out, _) -> {
          for (var message = in.next(); message.isPresent(); message = in.next()) {
            out.write(utf8("re: "), message.get());
          }
        };
    try (var caller = new Caller(GrpcMethods.none().with(ECHO, echo))) {
      var answers = Collections.synchronizedList(new ArrayList<String>());
      var ended = new CompletableFuture<List<String>>();
      var say =
          ClientCalls.asyncBidiStreamingCall(
              caller
                  .channel()
                  .newCall(Caller.method(ECHO, MethodType.BIDI_STREAMING), CallOptions.DEFAULT),
              gather(answers, ended));
      for (int i = 0; i < 50; i++) {
        int expected = i + 1;
        say.onNext(utf8("m" + i));
        await().until(() -> answers.size() == expected);
      }
      say.onCompleted();
      assertThat(ended.get(30, TimeUnit.SECONDS)).hasSize(50).endsWith("re: m49");
    }
  }

  private static StreamObserver<byte[]> gather(
      List<String> answers, CompletableFuture<List<String>> ended) {
    return new StreamObserver<>() {
      @Override
      public void onNext(byte[] value) {
        answers.add(new String(value, StandardCharsets.UTF_8));
      }

      @Override
      public void onError(Throwable problem) {
        ended.completeExceptionally(problem);
      }

      @Override
      public void onCompleted() {
        ended.complete(answers);
      }
    };
  }

  @Test
  void answersWithAMessageThatLiesInPieces() throws Exception {
    GrpcMethod.UnaryPieces halves =
        (message, _) ->
            List.of(
                ByteBuffer.wrap(message, 0, message.length / 2),
                ByteBuffer.allocate(0),
                ByteBuffer.wrap(message, message.length / 2, message.length - message.length / 2));
    try (var caller = new Caller(GrpcMethods.none().unaryPieces(ECHO, halves))) {
      for (int length : new int[] {0, 1, 7, 100_000}) {
        var message = new byte[length];
        new Random(length).nextBytes(message);
        assertThat(caller.call(ECHO, message)).isEqualTo(message);
      }
    }
  }

  @Test
  void makesAStreamWaitForASlowCaller() throws Exception {
    var written = new AtomicLong();
    int messages = 2000;
    GrpcMethod.ServerStreaming many =
        (_, out, _) -> {
          for (int i = 0; i < messages; i++) {
            out.write(new byte[100_000]);
            written.incrementAndGet();
          }
        };
    try (var caller = new Caller(GrpcMethods.none().with(ECHO, many))) {
      var answers =
          ClientCalls.blockingServerStreamingCall(
              caller.channel(),
              Caller.method(ECHO, MethodType.SERVER_STREAMING),
              CallOptions.DEFAULT,
              new byte[1]);
      answers.next();
      var before = new AtomicLong(-1);
      await()
          .pollInterval(Duration.ofMillis(200))
          .until(() -> before.getAndSet(written.get()) == written.get());
      assertThat(written.get()).isLessThan(messages / 2);
      int count = 1;
      while (answers.hasNext()) {
        answers.next();
        count++;
      }
      assertThat(count).isEqualTo(messages);
    }
  }

  @Test
  void keepsAStatusAfterMessages() throws Exception {
    GrpcMethod.ServerStreaming some =
        (_, out, _) -> {
          out.write(utf8("one"));
          throw new GrpcException(GrpcStatus.DATA_LOSS, "lost");
        };
    try (var caller = new Caller(GrpcMethods.none().with(ECHO, some))) {
      var answers =
          ClientCalls.blockingServerStreamingCall(
              caller.channel(),
              Caller.method(ECHO, MethodType.SERVER_STREAMING),
              CallOptions.DEFAULT,
              new byte[1]);
      assertThat(answers.next()).isEqualTo(utf8("one"));
      assertThatThrownBy(answers::hasNext).hasMessage("DATA_LOSS: lost");
    }
  }

  @Test
  void finishesCallsUnderWayWhileItDrains() throws Exception {
    var finish = new CountDownLatch(1);
    var begun = new CountDownLatch(1);
    GrpcMethod.Unary slow =
        (message, _) -> {
          begun.countDown();
          finish.await();
          return message;
        };
    try (var caller = new Caller(GrpcMethods.none().with(ECHO, slow))) {
      var call =
          caller.channel().newCall(Caller.method(ECHO, MethodType.UNARY), CallOptions.DEFAULT);
      var answer = ClientCalls.futureUnaryCall(call, utf8("x"));
      begun.await();
      var closing = CompletableFuture.runAsync(() -> caller.server().close(Duration.ofSeconds(30)));
      assertThat(closing.isDone()).isFalse();
      finish.countDown();
      assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo(utf8("x"));
      closing.get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void failsNoCallWhileItsConnectionDrains() throws Exception {
    var answered = new AtomicInteger();
    var method = Caller.method(ECHO, MethodType.UNARY);
    try (var caller = new Caller(METHODS)) {
      assertThat(caller.call(ECHO, utf8("x"))).hasSize(1); // connected
      var onTheWire = new CountDownLatch(500);
      var options = CallOptions.DEFAULT.withStreamTracerFactory(tracer(onTheWire::countDown));
      var calls = new ArrayList<ListenableFuture<byte[]>>();
      for (int i = 0; i < 500; i++) {
        calls.add(
            ClientCalls.futureUnaryCall(caller.channel().newCall(method, options), utf8("x")));
      }
      onTheWire.await();
      assertThat(caller.server().drain(Duration.ofSeconds(30))).isTrue();
      for (var call : calls) {
        answered.addAndGet(call.get(30, TimeUnit.SECONDS).length);
      }
    }
    assertThat(answered).hasValue(500);
  }

  /// What the client has not sent before it hears of the draining, it asks of another server.
  private static ClientStreamTracer.Factory tracer(Runnable sent) {
    return new ClientStreamTracer.Factory() {
      @Override
      public ClientStreamTracer newClientStreamTracer(
          ClientStreamTracer.StreamInfo info, Metadata headers) {
        return new ClientStreamTracer() {
          @Override
          public void outboundHeaders() {
            sent.run();
          }
        };
      }
    };
  }

  @Test
  void answersKeepAlivePings() throws Exception {
    var finish = new CountDownLatch(1);
    GrpcMethod.Unary slow =
        (message, _) -> {
          finish.await(2500, TimeUnit.MILLISECONDS);
          return message;
        };
    var handler = new GrpcHandler(GrpcMethods.none().with(ECHO, slow), 1000);
    try (var caller =
        new Caller(
            handler,
            (NettyChannelBuilder builder) ->
                builder.keepAliveTime(1, TimeUnit.SECONDS).keepAliveTimeout(1, TimeUnit.SECONDS))) {
      assertThat(caller.call(ECHO, utf8("x"))).isEqualTo(utf8("x"));
    }
  }

  @Test
  void sharesAPortWithOtherRequests() throws Exception {
    Handler other = (request, response) -> response.send(utf8("other " + request.rawPath()));
    var handler = new GrpcHandler(METHODS, 1000).beside(other);
    try (var caller = new Caller(handler, _ -> {});
        var client = HttpClient.newHttpClient()) {
      assertThat(caller.call(ECHO, utf8("x"))).isEqualTo(utf8("x"));
      assertThat(post(client, caller, "/plain", "application/json", HttpClient.Version.HTTP_1_1))
          .isEqualTo("200 other /plain");
      assertThat(post(client, caller, ECHO, "application/json", HttpClient.Version.HTTP_2))
          .startsWith("415 content-type \"application/json\"");
      assertThat(post(client, caller, ECHO, "application/grpc+json", HttpClient.Version.HTTP_2))
          .startsWith("415 ");
      assertThat(post(client, caller, ECHO, "application/grpc", HttpClient.Version.HTTP_1_1))
          .isEqualTo("505 gRPC needs HTTP/2\n");
    }
  }

  private static String post(
      HttpClient client, Caller caller, String path, String type, HttpClient.Version version)
      throws Exception {
    var uri = URI.create("http://127.0.0.1:" + caller.server().port() + path);
    var request =
        HttpRequest.newBuilder(uri)
            .version(version)
            .header("content-type", type)
            .POST(BodyPublishers.ofString("x"))
            .build();
    var answer = client.send(request, BodyHandlers.ofString());
    return answer.statusCode() + " " + answer.body();
  }
}
