package dev.slipway.inference.artifact;

import dev.slipway.base.Bytes;
import dev.slipway.inference.artifact.ArtifactException.Kind;
import dev.slipway.inference.artifact.RemoteStore.RemoteFile;
import dev.slipway.inference.artifact.Transport.Reply;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One file brought to disk, in as many pieces as the network makes of it.
///
/// Bytes go to `<hash>.bytes`; beside it `<hash>.tag` names the content they belong to. A piece is
/// carried on only where the content is the same: the store's request demands it (`If-Match`, a
/// generation, a commit), or else `If-Range` does. The whole file is judged (length, checksum),
/// forced to the disk, and moved into place.
final class Download {
  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-(\\d+)/(\\d+|\\*)");

  /// However well each attempt goes.
  private static final int MOST_ATTEMPTS = 1000;

  /// Says that the file is no longer what the listing said.
  static final class ChangedException extends Exception {
    private static final long serialVersionUID = 1L;
  }

  /// A file as it was read.
  ///
  /// @param tag `""` where the service gives none
  /// @param type its content type, as the service gave it
  /// @param disposition its `Content-Disposition`
  record Fetched(Path file, String tag, String type, String disposition, boolean unchanged) {}

  private final Transport transport;
  private final RemoteStore store;
  private final RemoteFile file;
  private final Path target;
  private final Path bytes;
  private final Path tagFile;
  private final Meter meter;
  private final String haveTag;

  private long have;
  private long total;
  private boolean resumed;
  private String tag = "";
  private String type = "";
  private String disposition = "";

  /// @param part the directory of what a fetch has so far
  /// @param haveTag the tag of the content that is in the cache already; `""` for none
  Download(
      Transport transport,
      RemoteStore store,
      RemoteFile file,
      Path part,
      Meter meter,
      String haveTag)
      throws ArtifactException {
    this.transport = transport;
    this.store = store;
    this.file = file;
    this.meter = meter;
    this.haveTag = haveTag;
    this.target = SafePaths.inside(part.resolve("files"), file.path(), transport.shown());
    String hash = Checksum.sha256Of(file.path().getBytes(StandardCharsets.UTF_8)).substring(0, 24);
    this.bytes = part.resolve(hash + ".bytes");
    this.tagFile = part.resolve(hash + ".tag");
  }

  Fetched run() throws ArtifactException, ChangedException, IOException, InterruptedException {
    begin();
    if (Files.exists(target)) {
      return new Fetched(target, tag, "", "", false);
    }
    int fruitless = 0;
    for (int attempt = 1; ; attempt++) {
      long before = have;
      String retryAfter = "";
      try (Reply reply = transport.open(request(), store.signer())) {
        if (reply.status() == 304 && !haveTag.isEmpty()) {
          return new Fetched(target, haveTag, "", "", true);
        }
        if (accept(reply)) {
          read(reply.body());
          checkLength();
          return complete();
        }
        retryAfter = reply.header("Retry-After");
        giveUpAfter(attempt, fruitless + 1, transport.refusal(file.ask(), reply));
      } catch (IOException e) {
        fruitless = have > before ? 0 : fruitless;
        giveUpAfter(attempt, fruitless + 1, transport.unreachable(file.ask(), e, attempt));
      }
      fruitless++;
      transport.backoff().sleep(fruitless, retryAfter);
    }
  }

  private void giveUpAfter(int attempt, int fruitless, ArtifactException why)
      throws ArtifactException {
    if (fruitless >= transport.settings().attempts() || attempt >= MOST_ATTEMPTS) {
      throw why;
    }
  }

  /// Finds what an earlier fetch left, and drops it where it belongs to another content.
  private void begin() throws IOException {
    Files.createDirectories(target.getParent());
    tag = stored();
    boolean same = !tag.isEmpty() && (file.tag().isEmpty() || file.tag().equals(tag));
    if (!same) {
      Files.deleteIfExists(target);
      Files.deleteIfExists(bytes);
      tag = file.tag();
    } else if (file.tag().isEmpty()) {
      Files.deleteIfExists(target);
    }
    have = Files.exists(target) ? Files.size(target) : size();
    total = file.size();
    resumed = have > 0;
    if (resumed) {
      meter.resumed(file.path(), have);
    }
  }

  private String stored() throws IOException {
    try {
      return Files.readString(tagFile);
    } catch (NoSuchFileException _) {
      return "";
    }
  }

  private long size() throws IOException {
    return Files.exists(bytes) ? Files.size(bytes) : 0;
  }

  private Ask request() {
    Ask ask = file.ask().with("Accept-Encoding", "identity");
    if (have == 0) {
      return haveTag.isEmpty() ? ask : ask.with(condition("If-None-Match"), bare(haveTag));
    }
    Ask ranged = ask.with("Range", "bytes=" + have + "-");
    return file.tag().isEmpty() ? ranged.with("If-Range", bare(tag)) : ranged;
  }

  private String condition(String forEtag) {
    return haveTag.startsWith("date:") ? "If-Modified-Since" : forEtag;
  }

  private static String bare(String tag) {
    return tag.startsWith("date:") ? tag.substring("date:".length()) : tag;
  }

  /// Whether the body may be read; false for what may pass.
  private boolean accept(Reply reply)
      throws ArtifactException, ChangedException, IOException, InterruptedException {
    return switch (reply.status()) {
      case 200, 203 -> startOver(reply);
      case 206 -> goOn(reply);
      case 412 -> throw new ChangedException();
      case 416 -> !drop();
      default -> {
        if (!Transport.transientStatus(reply.status())) {
          throw transport.refusal(file.ask(), reply);
        }
        yield false;
      }
    };
  }

  private boolean startOver(Reply reply) throws ArtifactException, ChangedException, IOException {
    store.judge(reply);
    String found = tagOf(reply);
    checkTag(reply);
    drop();
    type = reply.header("Content-Type");
    disposition = reply.header("Content-Disposition");
    total = reply.headers().firstValueAsLong("Content-Length").orElse(file.size());
    checkLimit(total);
    announce();
    checkListed(total);
    tag = file.tag().isEmpty() ? found : file.tag();
    // A weak or absent tag cannot promise that two pieces belong together.
    Files.writeString(tagFile, tag.startsWith("W/") ? "" : tag);
    return true;
  }

  private boolean goOn(Reply reply) throws ArtifactException, ChangedException, IOException {
    checkTag(reply);
    Matcher range = CONTENT_RANGE.matcher(reply.header("Content-Range").strip());
    if (!range.matches() || Long.parseLong(range.group(1)) != have) {
      drop();
      throw new IOException(
          "asked for bytes from " + have + ", got \"" + reply.header("Content-Range") + "\"");
    }
    type = reply.header("Content-Type");
    disposition = reply.header("Content-Disposition");
    if (!range.group(3).equals("*")) {
      total = Long.parseLong(range.group(3));
      checkListed(total);
    }
    checkLimit(total);
    announce();
    return true;
  }

  private static String tagOf(Reply reply) {
    String etag = reply.header("ETag");
    String date = reply.header("Last-Modified");
    return etag.isEmpty() && !date.isEmpty() ? "date:" + date : etag;
  }

  private void checkTag(Reply reply) throws ChangedException {
    String etag = reply.header("ETag").replace("\"", "");
    if (file.etag() && !etag.isEmpty() && !etag.equals(file.tag().replace("\"", ""))) {
      throw new ChangedException();
    }
  }

  private void checkListed(long length) throws ChangedException {
    if (file.size() >= 0 && length >= 0 && length != file.size()) {
      throw new ChangedException();
    }
  }

  private void checkLimit(long length) throws ArtifactException {
    long most = transport.settings().artifactBytes();
    if (length > most) {
      throw new ArtifactException(
          Kind.TOO_LARGE,
          transport.shown()
              + ": "
              + file.path()
              + " has "
              + Bytes.words(length)
              + ", more than the limit of "
              + Bytes.words(most));
    }
  }

  private void announce() {
    if (file.size() < 0 && total >= 0) {
      meter.total(total);
    }
  }

  /// Forgets what has come; true.
  private boolean drop() throws IOException {
    Files.deleteIfExists(bytes);
    meter.discarded(have, resumed);
    have = 0;
    resumed = false;
    return true;
  }

  private void read(TimedBody body) throws IOException, InterruptedException, ArtifactException {
    try (FileChannel out =
        FileChannel.open(
            bytes,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.APPEND)) {
      for (ByteBuffer piece = body.next(); piece != null; piece = body.next()) {
        long size = piece.remaining();
        while (piece.hasRemaining()) {
          out.write(piece);
        }
        have += size;
        meter.read(file.path(), size);
        checkLimit(have);
      }
      out.force(true);
    }
  }

  private void checkLength() throws IOException {
    if (total >= 0 && have != total) {
      long found = have;
      if (have > total) {
        drop();
      }
      throw new IOException(found + " bytes came, " + total + " were announced");
    }
  }

  private Fetched complete() throws ArtifactException, IOException {
    if (file.checksum().isPresent()) {
      judge(file.checksum().get());
    }
    Cache.move(bytes, target);
    meter.fileDone(file.path());
    return new Fetched(target, tag, type, disposition, false);
  }

  private void judge(Checksum expected) throws ArtifactException, IOException {
    String found = Checksum.digest(expected.algorithm(), bytes);
    if (!found.equals(expected.hex())) {
      boolean pieces = resumed;
      drop();
      String what = expected.algorithm() + " " + found + ", expected " + expected.hex();
      if (pieces) {
        throw new IOException("the pieces do not fit together: " + what);
      }
      throw new ArtifactException(
          Kind.CORRUPT, transport.shown() + ": " + file.path() + " has " + what);
    }
  }

  /// The file name a service proposes, where it does.
  static Optional<String> proposedName(String disposition) {
    Matcher found =
        Pattern.compile("filename=\"?([^\";]+)\"?", Pattern.CASE_INSENSITIVE).matcher(disposition);
    return found.find() ? Optional.of(found.group(1).strip()) : Optional.empty();
  }
}
