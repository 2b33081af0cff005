package dev.slipway.node.network;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Makes links, addresses and routes in the network of the thread that opened it. Not thread-safe.
///
/// Source: netlink(7), rtnetlink(7); Linux, include/uapi/linux/rtnetlink.h, if_link.h, veth.h.
final class Netlink implements AutoCloseable {
  private static final int NEW_LINK = 16;
  private static final int DELETE_LINK = 17;
  private static final int SET_LINK = 19;
  private static final int NEW_ADDRESS = 20;
  private static final int NEW_ROUTE = 24;

  private static final int REQUEST_ACK = 0x1 | 0x4;
  private static final int CREATE_ONLY = 0x200 | 0x400;
  private static final int ERROR = 2;
  private static final int HEADER = 16;
  private static final int MOST = 8192;

  private static final int IFLA_IFNAME = 3;
  private static final int IFLA_MASTER = 10;
  private static final int IFLA_LINKINFO = 18;
  private static final int IFLA_NET_NS_FD = 28;
  private static final int INFO_KIND = 1;
  private static final int INFO_DATA = 2;
  private static final int VETH_PEER = 1;
  private static final int UP = 1;

  private static final int INET = 2;
  private static final int TABLE_MAIN = 254;
  private static final int BY_BOOT = 3;
  private static final int UNICAST = 1;
  private static final int LOCAL = 2;
  private static final int SCOPE_UNIVERSE = 0;
  private static final int SCOPE_HOST = 254;

  private final int socket;
  private int sequence;

  Netlink() throws IOException {
    this.socket = Kernel.routeSocket();
  }

  /// Attributes of a message, and the message itself.
  private static final class Message {
    private final ByteBuffer bytes = ByteBuffer.allocate(1024).order(ByteOrder.nativeOrder());

    Message link(int index, int flags, int change) {
      bytes.put((byte) 0).put((byte) 0).putShort((short) 0);
      bytes.putInt(index).putInt(flags).putInt(change);
      return this;
    }

    Message put(int type, byte[] value) {
      bytes.putShort((short) (4 + value.length)).putShort((short) type).put(value);
      while (bytes.position() % 4 != 0) {
        bytes.put((byte) 0);
      }
      return this;
    }

    Message text(int type, String value) {
      return put(type, (value + "\0").getBytes(StandardCharsets.US_ASCII));
    }

    Message number(int type, int value) {
      var four = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array();
      return put(type, four);
    }

    Message nested(int type, Message inner) {
      return put(type, inner.toBytes());
    }

    byte[] toBytes() {
      var all = new byte[bytes.position()];
      bytes.get(0, all);
      return all;
    }
  }

  void bridge(String name) throws IOException {
    var info = new Message().text(INFO_KIND, "bridge");
    ask(
        NEW_LINK,
        CREATE_ONLY,
        new Message().link(0, UP, UP).text(IFLA_IFNAME, name).nested(IFLA_LINKINFO, info));
  }

  /// Two ends of a wire.
  ///
  /// @param here name of the end in this network; up, and attached to `bridge` where that is not 0
  /// @param there name of the end in the other network
  /// @param space descriptor of the other
  void wire(String here, int bridge, String there, int space) throws IOException {
    var peer = new Message().link(0, 0, 0).text(IFLA_IFNAME, there).number(IFLA_NET_NS_FD, space);
    var data = new Message().nested(VETH_PEER, peer);
    var info = new Message().text(INFO_KIND, "veth").nested(INFO_DATA, data);
    var made = new Message().link(0, UP, UP).text(IFLA_IFNAME, here);
    if (bridge != 0) {
      made.number(IFLA_MASTER, bridge);
    }
    ask(NEW_LINK, CREATE_ONLY, made.nested(IFLA_LINKINFO, info));
  }

  void up(String name) throws IOException {
    ask(SET_LINK, 0, new Message().link(Kernel.index(name), UP, UP));
  }

  /// @return whether there was one
  boolean delete(String name) throws IOException {
    int index = Kernel.index(name);
    if (index != 0) {
      ask(DELETE_LINK, 0, new Message().link(index, 0, 0));
    }
    return index != 0;
  }

  void address(String link, byte[] address, int bits) throws IOException {
    var message = new Message();
    message.bytes.put((byte) INET).put((byte) bits).put((byte) 0).put((byte) SCOPE_UNIVERSE);
    message.bytes.putInt(Kernel.index(link));
    ask(NEW_ADDRESS, CREATE_ONLY, message.put(2, address).put(1, address));
  }

  /// Everything that has no other route goes to `gateway`.
  void defaultRoute(byte[] gateway) throws IOException {
    ask(NEW_ROUTE, CREATE_ONLY, route(UNICAST, SCOPE_UNIVERSE).put(5, gateway));
  }

  /// Every address that has no other route is this network's own.
  void everythingIsHere() throws IOException {
    ask(NEW_ROUTE, CREATE_ONLY, route(LOCAL, SCOPE_HOST).number(4, Kernel.index("lo")));
  }

  private static Message route(int type, int scope) {
    var message = new Message();
    message.bytes.put((byte) INET).put((byte) 0).put((byte) 0).put((byte) 0);
    message.bytes.put((byte) TABLE_MAIN).put((byte) BY_BOOT).put((byte) scope).put((byte) type);
    message.bytes.putInt(0);
    return message;
  }

  private void ask(int type, int flags, Message body) throws IOException {
    var bytes = body.toBytes();
    var whole = ByteBuffer.allocate(HEADER + bytes.length).order(ByteOrder.nativeOrder());
    whole.putInt(HEADER + bytes.length).putShort((short) type);
    whole.putShort((short) (REQUEST_ACK | flags)).putInt(++sequence).putInt(0).put(bytes);
    Kernel.send(socket, whole.array());
    var answer = ByteBuffer.wrap(Kernel.receive(socket, MOST)).order(ByteOrder.nativeOrder());
    int error = answer.getShort(4) == ERROR ? -answer.getInt(HEADER) : 0;
    if (error != 0) {
      throw new IOException("netlink " + type + ": " + Errno.text(error));
    }
  }

  @Override
  public void close() {
    Kernel.close(socket);
  }
}
