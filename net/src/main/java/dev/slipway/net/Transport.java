package dev.slipway.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/// How sockets are driven: epoll on Linux, the JDK's selectors elsewhere.
enum Transport {
  EPOLL(EpollServerSocketChannel.class, EpollSocketChannel.class) {
    @Override
    IoHandlerFactory io() {
      return EpollIoHandler.newFactory();
    }

    @Override
    void tune(ServerBootstrap bootstrap) {
      bootstrap
          .childOption(EpollChannelOption.TCP_KEEPIDLE, KEEPALIVE_SECONDS)
          .childOption(EpollChannelOption.TCP_KEEPINTVL, KEEPALIVE_SECONDS / 4)
          .childOption(EpollChannelOption.TCP_KEEPCNT, 4)
          .childOption(EpollChannelOption.TCP_USER_TIMEOUT, 2 * KEEPALIVE_SECONDS * 1000);
    }
  },
  NIO(NioServerSocketChannel.class, NioSocketChannel.class) {
    @Override
    IoHandlerFactory io() {
      return NioIoHandler.newFactory();
    }

    @Override
    void tune(ServerBootstrap bootstrap) {}
  };

  /// A client that vanished without a word is noticed after twice this.
  private static final int KEEPALIVE_SECONDS = 60;

  private final Class<? extends ServerSocketChannel> listener;
  private final Class<? extends SocketChannel> socket;

  Transport(Class<? extends ServerSocketChannel> listener, Class<? extends SocketChannel> socket) {
    this.listener = listener;
    this.socket = socket;
  }

  static Transport best() {
    return Epoll.isAvailable() ? EPOLL : NIO;
  }

  EventLoopGroup loops(int threads, String name) {
    return new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory(name, true), io());
  }

  Class<? extends ServerSocketChannel> listener() {
    return listener;
  }

  /// For connections to others.
  Class<? extends SocketChannel> socket() {
    return socket;
  }

  abstract IoHandlerFactory io();

  abstract void tune(ServerBootstrap bootstrap);
}
