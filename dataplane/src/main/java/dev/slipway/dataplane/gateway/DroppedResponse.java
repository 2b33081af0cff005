package dev.slipway.dataplane.gateway;

import dev.slipway.net.Response;
import java.nio.ByteBuffer;

/// An answer that nobody reads.
final class DroppedResponse implements Response {
  private boolean committed;

  @Override
  public Response status(int code) {
    return this;
  }

  @Override
  public Response header(String name, String value) {
    return this;
  }

  @Override
  public Response addHeader(String name, String value) {
    return this;
  }

  @Override
  public Response trailer(String name, String value) {
    return this;
  }

  @Override
  public void send(byte[] body) {
    committed = true;
  }

  @Override
  public void write(ByteBuffer... parts) {
    committed = true;
  }

  @Override
  public void flush() {
    committed = true;
  }

  @Override
  public void end() {
    committed = true;
  }

  @Override
  public boolean committed() {
    return committed;
  }

  @Override
  public boolean closed() {
    return false;
  }

  @Override
  public void defer() {
    // it is never sent
  }

  @Override
  public void onClose(Runnable action) {
    // it never closes
  }
}
