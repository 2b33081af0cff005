package dev.slipway.node.network;

import dev.slipway.node.network.DnsMessage.Fact;
import dev.slipway.node.network.DnsMessage.Question;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers pods' questions about names, in the hub: the cluster's from what is known of it, all
/// others by asking this machine's own servers.
final class NameServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NameServer.class);
  private static final int PORT = 53;
  private static final int MOST_BYTES = 4096;
  private static final int MOST_AT_ONCE = 256;
  private static final int PATIENCE_MILLIS = 2000;

  private final ClusterNames names;
  private final DatagramChannel datagrams;
  private final ServerSocketChannel streams;
  private final Semaphore places = new Semaphore(MOST_AT_ONCE);

  /// @throws IOException if it cannot listen
  NameServer(PodNetwork network, ClusterNames names) throws IOException {
    this.names = names;
    var at = new InetSocketAddress(network.hubAddress(), PORT);
    this.datagrams =
        network.hub().within(() -> DatagramChannel.open(StandardProtocolFamily.INET).bind(at));
    this.streams =
        network.hub().within(() -> ServerSocketChannel.open(StandardProtocolFamily.INET).bind(at));
    Thread.ofPlatform().daemon().name("names of pods").start(this::receive);
    Thread.ofVirtual().name("names of pods").start(this::accept);
  }

  private void receive() {
    var bytes = ByteBuffer.allocate(MOST_BYTES);
    while (datagrams.isOpen()) {
      try {
        var from = datagrams.receive(bytes.clear());
        var message = Arrays.copyOf(bytes.array(), bytes.position());
        if (from != null && places.tryAcquire()) {
          Thread.ofVirtual().name("name").start(() -> reply(message, from));
        }
      } catch (IOException problem) {
        LOG.debug("names: {}", problem.toString());
      }
    }
  }

  private void reply(byte[] message, SocketAddress to) {
    try {
      var answer = answer(message, false);
      if (answer.isPresent()) {
        datagrams.send(ByteBuffer.wrap(answer.get()), to);
      }
    } catch (IOException | RuntimeException problem) {
      LOG.debug("a name: {}", problem.toString());
    } finally {
      places.release();
    }
  }

  private void accept() {
    while (streams.isOpen()) {
      try {
        var from = streams.accept();
        Thread.ofVirtual().name("names").start(() -> converse(from));
      } catch (IOException problem) {
        LOG.debug("names: {}", problem.toString());
      }
    }
  }

  private void converse(SocketChannel with) {
    try (with;
        var in = new DataInputStream(Channels.newInputStream(with));
        var out = new DataOutputStream(Channels.newOutputStream(with))) {
      with.socket().setSoTimeout(PATIENCE_MILLIS);
      while (true) {
        var message = new byte[in.readUnsignedShort()];
        in.readFully(message);
        var answer = answer(message, true);
        if (answer.isEmpty()) {
          return;
        }
        out.writeShort(answer.get().length);
        out.write(answer.get());
        out.flush();
      }
    } catch (IOException problem) {
      LOG.debug("names: {}", problem.toString());
    }
  }

  private Optional<byte[]> answer(byte[] message, boolean stream) {
    var asked = DnsMessage.parse(message);
    if (asked.isEmpty() || !ClusterNames.isOurs(asked.get().name())) {
      return elsewhere(message, stream, asked);
    }
    var question = asked.get();
    if (stream) {
      question =
          new Question(question.id(), question.name(), question.type(), question.asked(), 0xffff);
    }
    var found = names.find(question.name(), question.type());
    if (found.isEmpty()) {
      return Optional.of(
          DnsMessage.answer(question, DnsMessage.NO_SUCH_NAME, List.of(), List.of()));
    }
    var answers = new ArrayList<Fact>();
    for (var each : found.get().answers()) {
      answers.add(each);
      if (each instanceof Fact.Alias(_, String target)) {
        answers.addAll(outside(target));
      }
    }
    return Optional.of(
        DnsMessage.answer(question, DnsMessage.NO_ERROR, answers, found.get().more()));
  }

  /// What a name means outside of the cluster, as this machine knows it.
  private static List<Fact> outside(String name) {
    try {
      return Arrays.stream(InetAddress.getAllByName(name))
          .map(InetAddress::getHostAddress)
          .flatMap(text -> Range.number(text).stream())
          .map(address -> (Fact) new Fact.Address(name, address))
          .toList();
    } catch (IOException _) {
      return List.of();
    }
  }

  private static Optional<byte[]> elsewhere(
      byte[] message, boolean stream, Optional<Question> asked) {
    for (var server : servers()) {
      try {
        return Optional.of(stream ? byStream(message, server) : byDatagram(message, server));
      } catch (IOException problem) {
        LOG.debug("{}: {}", server, problem.toString());
      }
    }
    return asked.map(
        each -> DnsMessage.answer(each, DnsMessage.SERVER_FAILURE, List.of(), List.of()));
  }

  private static List<InetSocketAddress> servers() {
    try {
      return Files.readAllLines(Path.of("/etc/resolv.conf")).stream()
          .map(line -> line.strip().split("\\s+", -1))
          .filter(words -> words.length > 1 && words[0].equals("nameserver"))
          .map(words -> new InetSocketAddress(words[1], PORT))
          .limit(3)
          .toList();
    } catch (IOException _) {
      return List.of();
    }
  }

  private static byte[] byDatagram(byte[] message, InetSocketAddress server) throws IOException {
    try (var socket = new DatagramSocket()) {
      socket.connect(server);
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.send(new DatagramPacket(message, message.length));
      var answer = new DatagramPacket(new byte[MOST_BYTES], MOST_BYTES);
      do {
        socket.receive(answer);
      } while (answer.getLength() < 2
          || answer.getData()[0] != message[0]
          || answer.getData()[1] != message[1]);
      return Arrays.copyOf(answer.getData(), answer.getLength());
    }
  }

  private static byte[] byStream(byte[] message, InetSocketAddress server) throws IOException {
    try (var socket = new Socket()) {
      socket.connect(server, PATIENCE_MILLIS);
      socket.setSoTimeout(PATIENCE_MILLIS);
      var out = new DataOutputStream(socket.getOutputStream());
      out.writeShort(message.length);
      out.write(message);
      out.flush();
      var in = new DataInputStream(socket.getInputStream());
      var answer = new byte[in.readUnsignedShort()];
      in.readFully(answer);
      return answer;
    }
  }

  @Override
  public void close() {
    for (var each : List.of(datagrams, streams)) {
      try {
        each.close();
      } catch (IOException problem) {
        LOG.debug("names: {}", problem.toString());
      }
    }
  }
}
