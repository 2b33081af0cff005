package dev.slipway.net.grpc;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Calls unary methods of gRPC servers in clear text. Thread-safe.
///
/// For calls that are few: each has a connection of its own.
public final class GrpcClient implements AutoCloseable {
  private static final int CONNECT_MILLIS = 5000;
  private static final int PREFIX_BYTES = 5;
  private static final int MOST_BYTES = 64 * 1024 * 1024;

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("grpc calls", true), NioIoHandler.newFactory());

  /// Calls a method and waits for its answer.
  ///
  /// @param path `/package.Service/Method`
  /// @throws GrpcException with the status of the call; UNAVAILABLE where nobody answers,
  ///     DEADLINE_EXCEEDED where nobody does in time
  public byte[] call(InetSocketAddress to, String path, byte[] message, Duration timeout)
      throws InterruptedException {
    var answer = new CompletableFuture<byte[]>();
    var connecting =
        new Bootstrap()
            .group(loops)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
            .handler(new Connection(answer))
            .connect(to);
    connecting.addListener(
        done -> {
          if (done.isSuccess()) {
            send(connecting.channel(), to, path, message, timeout, answer);
          } else {
            answer.completeExceptionally(unavailable(String.valueOf(done.cause().getMessage())));
          }
        });
    try {
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      throw new GrpcException(
          GrpcStatus.DEADLINE_EXCEEDED, "no answer within " + timeout.toSeconds() + " s");
    } catch (ExecutionException problem) {
      throw problem.getCause() instanceof GrpcException known
          ? known
          : unavailable(String.valueOf(problem.getCause()));
    } finally {
      var _ = connecting.channel().close();
    }
  }

  private static GrpcException unavailable(String why) {
    return new GrpcException(GrpcStatus.UNAVAILABLE, why);
  }

  private static void send(
      Channel channel,
      InetSocketAddress to,
      String path,
      byte[] message,
      Duration timeout,
      CompletableFuture<byte[]> answer) {
    var opening = new Http2StreamChannelBootstrap(channel).handler(new Answer(answer)).open();
    opening.addListener(
        done -> {
          if (!done.isSuccess()) {
            answer.completeExceptionally(unavailable(String.valueOf(done.cause().getMessage())));
            return;
          }
          var stream = opening.getNow();
          var head =
              new DefaultHttp2Headers()
                  .method("POST")
                  .scheme("http")
                  .path(path)
                  .authority(to.getHostString() + ":" + to.getPort())
                  .set("content-type", "application/grpc")
                  .set("te", "trailers")
                  .set("grpc-timeout", timeout.toMillis() + "m");
          var _ = stream.write(new DefaultHttp2HeadersFrame(head));
          var _ = stream.writeAndFlush(new DefaultHttp2DataFrame(framed(message), true));
        });
  }

  private static ByteBuf framed(byte[] message) {
    var frame = Unpooled.buffer(PREFIX_BYTES + message.length);
    return frame.writeByte(0).writeInt(message.length).writeBytes(message);
  }

  /// The codec of one connection, and its end.
  private static final class Connection extends ChannelInitializer<Channel> {
    private final CompletableFuture<byte[]> answer;

    Connection(CompletableFuture<byte[]> answer) {
      this.answer = answer;
    }

    @Override
    protected void initChannel(Channel channel) {
      channel
          .pipeline()
          .addLast(
              Http2FrameCodecBuilder.forClient().build(),
              new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()),
              new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext context, Object frame) {
                  ReferenceCountUtil.release(frame);
                }

                @Override
                public void channelInactive(ChannelHandlerContext context) {
                  answer.completeExceptionally(unavailable("the connection was closed"));
                }

                @Override
                public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                  answer.completeExceptionally(unavailable(cause.toString()));
                }
              });
    }
  }

  /// One answer: a head, one message, trailers with the status.
  private static final class Answer extends SimpleChannelInboundHandler<Http2StreamFrame> {
    private final CompletableFuture<byte[]> answer;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    Answer(CompletableFuture<byte[]> answer) {
      this.answer = answer;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, Http2StreamFrame frame) {
      switch (frame) {
        case Http2HeadersFrame head -> head(head.headers(), head.isEndStream());
        case Http2DataFrame data -> data(context, data);
        case Http2ResetFrame reset ->
            fail(GrpcStatus.UNAVAILABLE, "the server reset the stream: " + reset.errorCode());
        default -> {}
      }
    }

    private void head(Http2Headers fields, boolean last) {
      var status = String.valueOf(fields.status());
      if (fields.contains("grpc-status")) {
        end(String.valueOf(fields.get("grpc-status")), fields);
      } else if (!status.equals("200") && !status.equals("null")) {
        fail(GrpcStatus.UNAVAILABLE, "HTTP status " + status);
      } else if (last) {
        fail(GrpcStatus.INTERNAL, "the answer has no grpc-status");
      }
    }

    private void data(ChannelHandlerContext context, Http2DataFrame data) {
      var bytes = new byte[data.content().readableBytes()];
      data.content().readBytes(bytes);
      body.writeBytes(bytes);
      if (body.size() > MOST_BYTES) {
        fail(GrpcStatus.RESOURCE_EXHAUSTED, "the answer is larger than " + MOST_BYTES + " bytes");
      } else if (data.isEndStream()) {
        fail(GrpcStatus.INTERNAL, "the answer has no grpc-status");
      } else {
        var _ =
            context.writeAndFlush(
                new DefaultHttp2WindowUpdateFrame(data.initialFlowControlledBytes())
                    .stream(data.stream()));
      }
    }

    private void end(String code, Http2Headers fields) {
      if (code.equals("0")) {
        message();
        return;
      }
      var message = fields.get("grpc-message");
      fail(
          Arrays.stream(GrpcStatus.values())
              .filter(each -> each.text().equals(code))
              .findFirst()
              .orElse(GrpcStatus.UNKNOWN),
          message == null ? "" : decoded(message.toString()));
    }

    private static String decoded(String text) {
      try {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException _) {
        return text;
      }
    }

    private void message() {
      var bytes = body.toByteArray();
      if (bytes.length < PREFIX_BYTES || bytes[0] != 0) {
        fail(GrpcStatus.INTERNAL, "the answer holds no plain message");
      } else {
        answer.complete(Arrays.copyOfRange(bytes, PREFIX_BYTES, bytes.length));
      }
    }

    private void fail(GrpcStatus status, String why) {
      answer.completeExceptionally(new GrpcException(status, why));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      fail(GrpcStatus.UNAVAILABLE, cause.toString());
    }
  }

  @Override
  public void close() {
    var _ = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
