package dev.slipway.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One HTTP/1 connection to an upstream: it carries one request at a time, and waits in a pool
/// between them. All fields belong to the event loop.
final class H1Upstream extends ChannelInboundHandlerAdapter
    implements UpstreamCall, H1Answers.Sink {
  private static final int SMALL_BYTES = 16 * 1024;
  private static final byte[] CHUNKED = ascii("transfer-encoding: chunked\r\n");
  private static final byte[] UPGRADE = ascii("connection: upgrade\r\n");
  private static final byte[] TRAILERS = ascii("te: trailers\r\n");
  private static final byte[] LAST_CHUNK = ascii("0\r\n");

  private final Channel channel;
  private final LoopUpstreams owner;
  private final Endpoint endpoint;
  private final H1Answers answers;
  private @Nullable Events events; // null while unused
  private @Nullable AnswerHead trailers;
  private boolean used;
  private boolean chunked;
  private boolean requestDone;
  private boolean answerDone;
  private boolean keepAlive;
  private long idleSince;

  H1Upstream(Channel channel, LoopUpstreams owner, Endpoint endpoint) {
    this.channel = channel;
    this.owner = owner;
    this.endpoint = endpoint;
    this.answers = new H1Answers(owner.settings().maxHeaderBytes());
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /// Whether it can take a request.
  boolean open() {
    return channel.isActive();
  }

  long idleSince() {
    return idleSince;
  }

  void idleFrom(long nanos) {
    idleSince = nanos;
  }

  /// Gives the connection to a request.
  UpstreamCall take(Events receiver) {
    events = receiver;
    chunked = false;
    requestDone = false;
    answerDone = false;
    keepAlive = false;
    trailers = null;
    return this;
  }

  void close() {
    var _ = channel.close();
  }

  @Override
  public boolean reused() {
    return used;
  }

  @Override
  public void send(ForwardedHead head, long bodyBytes, @Nullable ByteBuf whole) {
    answers.expect(head.head().method().equals("HEAD"));
    chunked = bodyBytes < 0;
    var text = owner.headText();
    write(head, bodyBytes, text);
    int more = whole == null ? 0 : whole.readableBytes();
    boolean together = more > 0 && more <= SMALL_BYTES && !chunked;
    var buffer = channel.alloc().ioBuffer(text.length() + (together ? more : 0));
    buffer.writeBytes(text.bytes(), 0, text.length());
    if (whole != null && together) {
      buffer.writeBytes(whole);
      whole.release();
    }
    var _ = channel.write(buffer, channel.voidPromise());
    if (whole != null && !together) {
      write(whole);
    } else {
      channel.flush();
    }
  }

  private void write(ForwardedHead forwarded, long bodyBytes, HeadText text) {
    var head = forwarded.head();
    var how = forwarded.how();
    var edits = how.requestEdits();
    text.request(head.method(), how.target());
    if (!edits.has("host")) {
      text.field("host", how.authority());
    }
    fields(head, edits, text);
    text.add(edits);
    var upgrade = HopFields.upgrade(head);
    if (!upgrade.isEmpty()) {
      text.line(UPGRADE).field("upgrade", upgrade);
    }
    if (HopFields.trailers(head)) {
      text.line(TRAILERS);
    }
    if (bodyBytes < 0) {
      text.line(CHUNKED);
    } else if (bodyBytes > 0 || head.contentLength() == 0 || expectsBody(head.method())) {
      text.contentLength(bodyBytes);
    }
    text.end();
  }

  private static boolean expectsBody(String method) {
    return method.equals("POST") || method.equals("PUT") || method.equals("PATCH");
  }

  private static void fields(RequestHead head, HeaderEdits edits, HeadText text) {
    var listed = HopFields.listed(head);
    boolean split = head.protocol().equals("HTTP/2");
    boolean cookies = false;
    for (var each = head.fields().each(); each.hasNext(); ) {
      var field = each.next();
      var name = field.getKey();
      if (HopFields.ofRequest(name) || edits.drops(name) || HopFields.lists(listed, name)) {
        continue;
      }
      if (split && name.length() == 6 && name.toString().equals("cookie")) {
        cookies = true;
      } else {
        text.received(name, field.getValue());
      }
    }
    if (cookies) {
      text.received("cookie", head.header("cookie"));
    }
  }

  @Override
  public void write(ByteBuf bytes) {
    if (!bytes.isReadable()) {
      bytes.release();
      return;
    }
    if (!chunked) {
      var _ = channel.writeAndFlush(bytes, channel.voidPromise());
      return;
    }
    int count = bytes.readableBytes();
    var size = channel.alloc().ioBuffer(16);
    size.writeCharSequence(Integer.toHexString(count), StandardCharsets.US_ASCII);
    size.writeShort('\r' << 8 | '\n');
    var _ = channel.write(size, channel.voidPromise());
    var _ = channel.write(bytes, channel.voidPromise());
    var end = channel.alloc().ioBuffer(2).writeShort('\r' << 8 | '\n');
    var _ = channel.writeAndFlush(end, channel.voidPromise());
  }

  @Override
  public void end(@Nullable Fields fields) {
    if (chunked) {
      var text = owner.headText().startOver().line(LAST_CHUNK);
      if (fields != null) {
        for (var each = fields.each(); each.hasNext(); ) {
          var field = each.next();
          if (!HopFields.ofRequest(field.getKey())) {
            text.received(field.getKey(), field.getValue());
          }
        }
      }
      text.end();
      var last = Unpooled.copiedBuffer(text.bytes(), 0, text.length());
      var _ = channel.writeAndFlush(last, channel.voidPromise());
    }
    requestDone = true;
  }

  @Override
  public boolean writable() {
    return channel.isWritable();
  }

  @Override
  public void read(boolean on) {
    channel.config().setAutoRead(on);
  }

  @Override
  public void cancel() {
    events = null;
    var _ = channel.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf in)) {
      ReferenceCountUtil.release(message);
      return;
    }
    try {
      if (events != null) {
        answers.read(in, this);
      }
      if (in.isReadable()) {
        keepAlive = false; // an answer nobody asked for
        close();
      }
    } catch (MalformedAnswerException problem) {
      fail(Forwarded.End.BAD_ANSWER, String.valueOf(problem.getMessage()));
    } finally {
      in.release();
    }
    if (answerDone) {
      finish();
    }
  }

  @Override
  public void head(H1AnswerHead head) {
    var receiver = events;
    if (receiver == null) {
      return;
    }
    keepAlive = head.keepAlive();
    if (head.status() == 101) {
      chunked = false;
      receiver.upgraded(head);
    } else if (head.status() < 200) {
      receiver.informed(head);
    } else {
      receiver.began(head, answers.idle());
    }
  }

  @Override
  public void data(ByteBuf bytes) {
    if (events == null) {
      bytes.release();
    } else {
      events.data(bytes);
    }
  }

  @Override
  public void end(@Nullable H1AnswerHead fields) {
    answerDone = true;
    trailers = fields;
  }

  /// The answer is complete, and nothing came behind it: the connection is free before the receiver
  /// hears of it, since the client's next request may be waiting.
  private void finish() {
    answerDone = false;
    var receiver = events;
    var fields = trailers;
    events = null;
    trailers = null;
    if (keepAlive && requestDone && channel.isActive()) {
      used = true;
      channel.config().setAutoRead(true);
      owner.release(this);
    } else {
      close();
    }
    if (receiver != null) {
      receiver.ended(fields);
    }
  }

  private void fail(Forwarded.End how, String message) {
    var receiver = events;
    events = null;
    close();
    if (receiver != null) {
      receiver.failed(how, message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (events != null) {
      events.readComplete();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (events != null && channel.isWritable()) {
      events.writable();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (events == null) {
      owner.gone(this);
    } else if (answers.closed(this)) {
      finish();
    } else {
      fail(Forwarded.End.RESET, "the upstream closed the connection");
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(Forwarded.End.RESET, String.valueOf(cause.getMessage()));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
