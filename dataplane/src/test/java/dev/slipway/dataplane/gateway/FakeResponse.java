package dev.slipway.dataplane.gateway;

import dev.slipway.net.Response;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// A response that keeps what it was given. Thread-safe.
final class FakeResponse implements Response {
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private final List<String> fields = new ArrayList<>();
  private final List<Runnable> onClose = new ArrayList<>();
  private final CompletableFuture<Void> over = new CompletableFuture<>();
  private int status = 200;
  private boolean committed;
  private boolean gone;
  private boolean ended;

  synchronized int status() {
    return status;
  }

  synchronized String text() {
    return sent.toString(StandardCharsets.UTF_8);
  }

  synchronized List<String> values(String name) {
    var values = new ArrayList<String>();
    for (int i = 0; i < fields.size(); i += 2) {
      if (fields.get(i).equalsIgnoreCase(name)) {
        values.add(fields.get(i + 1));
      }
    }
    return values;
  }

  /// Done when the answer has ended.
  CompletableFuture<Void> over() {
    return over;
  }

  /// The client leaves.
  void leave() {
    synchronized (this) {
      gone = true;
    }
    close();
  }

  private void close() {
    List<Runnable> due;
    synchronized (this) {
      due = List.copyOf(onClose);
      onClose.clear();
    }
    due.forEach(Runnable::run);
  }

  @Override
  public synchronized Response status(int code) {
    status = code;
    return this;
  }

  @Override
  public synchronized Response header(String name, String value) {
    for (int i = fields.size() - 2; i >= 0; i -= 2) {
      if (fields.get(i).equalsIgnoreCase(name)) {
        fields.subList(i, i + 2).clear();
      }
    }
    return addHeader(name, value);
  }

  @Override
  public synchronized Response addHeader(String name, String value) {
    fields.add(name);
    fields.add(value);
    return this;
  }

  @Override
  public Response trailer(String name, String value) {
    return this;
  }

  @Override
  public void send(byte[] body) {
    synchronized (this) {
      committed = true;
      sent.writeBytes(body);
    }
    end();
  }

  @Override
  public synchronized void write(ByteBuffer... parts) {
    if (gone) {
      throw new ClientGoneException();
    }
    committed = true;
    for (var part : parts) {
      while (part.hasRemaining()) {
        sent.write(part.get());
      }
    }
  }

  @Override
  public synchronized void flush() {
    committed = true;
  }

  @Override
  public void end() {
    synchronized (this) {
      if (ended) {
        return;
      }
      committed = true;
      ended = true;
    }
    close();
    over.complete(null);
  }

  @Override
  public synchronized boolean committed() {
    return committed;
  }

  @Override
  public synchronized boolean closed() {
    return gone;
  }

  @Override
  public void onClose(Runnable action) {
    synchronized (this) {
      if (!ended && !gone) {
        onClose.add(action);
        return;
      }
    }
    action.run();
  }
}
