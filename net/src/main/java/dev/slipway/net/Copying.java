package dev.slipway.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A copy of a request on its way to an upstream; its answer is read and dropped. Of the event loop
/// alone.
final class Copying implements LoopUpstreams.Waiting {
  /// A copy that takes longer is given up.
  private static final long MOST_SECONDS = 60;

  private final LoopUpstreams upstreams;
  private final EventLoop loop;
  private final RequestHead head;
  private final Forward how;
  private final byte[] body;
  private @Nullable UpstreamCall call;
  private @Nullable ScheduledFuture<?> limit;

  Copying(LoopUpstreams upstreams, EventLoop loop, RequestHead head, Forward how, byte[] body) {
    this.upstreams = upstreams;
    this.loop = loop;
    this.head = head;
    this.how = how;
    this.body = body;
  }

  void start() {
    upstreams.acquire(how.endpoint(), false, this);
  }

  @Override
  public void connected(UpstreamCall connection) {
    call = connection;
    limit = loop.schedule(this::giveUp, MOST_SECONDS, TimeUnit.SECONDS);
    var whole = body.length == 0 ? null : Unpooled.wrappedBuffer(body);
    connection.send(new ForwardedHead(head, how), body.length, whole);
    connection.end(null);
  }

  private void giveUp() {
    if (call != null) {
      call.cancel();
      call = null;
    }
  }

  @Override
  public void unreachable(String message) {
    // nobody waits for a copy
  }

  @Override
  public void informed(AnswerHead answer) {
    // dropped
  }

  @Override
  public void began(AnswerHead answer, boolean ends) {
    // dropped
  }

  @Override
  public void data(ByteBuf bytes) {
    bytes.release();
  }

  @Override
  public void ended(@Nullable AnswerHead trailers) {
    over();
  }

  @Override
  public void readComplete() {
    // nobody is sent anything
  }

  @Override
  public void writable() {
    // all of it was written at once
  }

  @Override
  public void failed(Forwarded.End end, String message) {
    over();
  }

  @Override
  public void upgraded(AnswerHead answer) {
    giveUp();
    over();
  }

  private void over() {
    call = null;
    if (limit != null) {
      limit.cancel(false);
    }
  }
}
