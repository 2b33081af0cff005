package dev.slipway.net.grpc;

import dev.slipway.net.Handler;
import dev.slipway.net.HttpServer;
import dev.slipway.net.Relay;
import dev.slipway.net.ServerSettings;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;

/// A server, and grpc-java's client connected to it; messages are bytes.
final class Caller implements AutoCloseable {
  static final int LIMIT_BYTES = 32 * 1024 * 1024;

  /// Whether calls made from now on go through a forwarder.
  static boolean relayed;

  private final HttpServer server;
  private final Optional<Relay> relay;
  private final ManagedChannel channel;

  Caller(GrpcMethods methods) {
    this(new GrpcHandler(methods, LIMIT_BYTES), _ -> {});
  }

  Caller(Handler handler, Consumer<NettyChannelBuilder> more) {
    server = HttpServer.start(ServerSettings.of("127.0.0.1", 0), handler);
    relay = relayed ? Optional.of(new Relay(Relay.h2c(server))) : Optional.empty();
    int port = relay.map(Relay::server).orElse(server).port();
    var builder = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext();
    builder.maxInboundMessageSize(LIMIT_BYTES);
    more.accept(builder);
    channel = builder.build();
  }

  HttpServer server() {
    return server;
  }

  ManagedChannel channel() {
    return channel;
  }

  static MethodDescriptor<byte[], byte[]> method(String path, MethodType type) {
    return MethodDescriptor.<byte[], byte[]>newBuilder()
        .setFullMethodName(path.substring(1))
        .setType(type)
        .setRequestMarshaller(new Bytes())
        .setResponseMarshaller(new Bytes())
        .build();
  }

  byte[] call(String path, byte[] message) {
    return call(path, message, CallOptions.DEFAULT);
  }

  byte[] call(String path, byte[] message, CallOptions options) {
    return ClientCalls.blockingUnaryCall(channel, method(path, MethodType.UNARY), options, message);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    channel.shutdownNow();
    relay.ifPresent(Relay::close);
    server.close();
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException problem) {
        throw new UncheckedIOException(problem);
      }
    }
  }
}
