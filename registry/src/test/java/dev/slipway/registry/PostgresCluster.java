package dev.slipway.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/// A PostgreSQL of this test run: made in a temporary directory, at a loopback port of its own,
/// ended with the JVM. Needs Debian's package `postgresql`; root runs it as the user `postgres`.
final class PostgresCluster {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final AtomicInteger SCHEMAS = new AtomicInteger();

  private final Path data;
  private final int port;
  private final Process server;

  private PostgresCluster(Path data, int port, Process server) {
    this.data = data;
    this.port = port;
    this.server = server;
  }

  private static final class Holder {
    static final PostgresCluster CLUSTER = start();
  }

  /// A schema that nobody has used, as a URL of the registry's setting.
  static String fresh() {
    return Holder.CLUSTER.schema("test_" + SCHEMAS.incrementAndGet());
  }

  private String schema(String name) {
    try (Connection connection = DriverManager.getConnection(url());
        var statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA " + name);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return url() + "&currentSchema=" + name;
  }

  private String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=slipway";
  }

  private static PostgresCluster start() {
    try {
      Path data = Files.createTempDirectory("slipway-postgres");
      if (root()) {
        var users = data.getFileSystem().getUserPrincipalLookupService();
        Files.setOwner(data, users.lookupPrincipalByName("postgres"));
      }
      make(data);
      int port = freePort();
      var cluster = new PostgresCluster(data, port, run(serving(data, port)));
      Runtime.getRuntime().addShutdownHook(new Thread(cluster::stop, "end-postgres"));
      cluster.await();
      return cluster;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void make(Path data) throws IOException, InterruptedException {
    var made =
        run(
            command(
                "initdb",
                "--pgdata=" + data,
                "--username=slipway",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync"));
    if (!made.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || made.exitValue() != 0) {
      throw new IllegalStateException("initdb failed; its words are in the test's output");
    }
  }

  private static List<String> serving(Path data, int port) {
    return command(
        "postgres",
        "-D",
        data.toString(),
        "-p",
        Integer.toString(port),
        "-c",
        "listen_addresses=127.0.0.1",
        "-c",
        "unix_socket_directories=",
        "-c",
        "fsync=off",
        "-c",
        "max_connections=200");
  }

  private static List<String> command(String program, String... words) {
    var all = new ArrayList<String>();
    if (root()) {
      all.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"));
    }
    all.add(program(program).toString());
    all.addAll(List.of(words));
    return all;
  }

  private static boolean root() {
    return System.getProperty("user.name").equals("root");
  }

  private static Path program(String name) {
    Path versions = Path.of("/usr/lib/postgresql");
    if (Files.isDirectory(versions)) {
      try (Stream<Path> all = Files.list(versions)) {
        Optional<Path> newest =
            all.map(each -> each.resolve("bin").resolve(name))
                .filter(Files::isExecutable)
                .max(Path::compareTo);
        if (newest.isPresent()) {
          return newest.get();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
        .map(directory -> Path.of(directory).resolve(name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    name + " is not on this machine; install the package postgresql"));
  }

  private static Process run(List<String> command) throws IOException {
    return new ProcessBuilder(command)
        .directory(Path.of("/").toFile())
        .redirectErrorStream(true)
        .redirectOutput(Files.createTempFile("slipway-postgres", ".log").toFile())
        .start();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void await() {
    org.awaitility.Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(this::answers);
  }

  private boolean answers() {
    if (!server.isAlive()) {
      throw new IllegalStateException("postgres ended with " + server.exitValue());
    }
    try (Connection connection = DriverManager.getConnection(url())) {
      return connection.isValid(1);
    } catch (SQLException _) {
      return false;
    }
  }

  private void stop() {
    try {
      new ProcessBuilder("kill", "-INT", Long.toString(server.pid())).start().waitFor();
      if (!server.waitFor(30, TimeUnit.SECONDS)) {
        server.destroyForcibly();
      }
      try (Stream<Path> all = Files.walk(data)) {
        all.sorted(java.util.Comparator.reverseOrder())
            .map(Path::toFile)
            .forEach(java.io.File::delete);
      }
    } catch (IOException _) {
      server.destroyForcibly();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
