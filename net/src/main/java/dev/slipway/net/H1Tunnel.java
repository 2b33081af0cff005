package dev.slipway.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;

/// The client's end of a tunnel: what follows an HTTP/1 answer of 101.
final class H1Tunnel extends ChannelInboundHandlerAdapter implements Protocol {
  private final Connection connection;
  private final Exchange exchange;
  private final BodySink fromClient;

  H1Tunnel(Connection connection, Exchange exchange, BodySink fromClient) {
    this.connection = connection;
    this.exchange = exchange;
    this.fromClient = fromClient;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ByteBuf bytes && fromClient.offer(bytes)) {
      ctx.channel().config().setAutoRead(false);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    exchange.writable();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      exchange.clientGone();
      var _ = ctx.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    exchange.clientGone();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    var _ = ctx.close();
  }

  @Override
  public void expired() {
    var _ = connection.channel().close();
  }

  /// Nobody but the two ends knows when a tunnel is done.
  @Override
  public void drain() {}

  @Override
  public void finish() {}
}
