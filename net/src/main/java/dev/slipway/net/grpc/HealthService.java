package dev.slipway.net.grpc;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// `grpc.health.v1.Health`: tells callers which services answer. The server as a whole is the
/// service `""`, SERVING until told otherwise.
///
/// Safe for any thread. Guarded by one lock, never held while anything is sent.
public final class HealthService {
  private static final String SERVICE = "/grpc.health.v1.Health/";

  /// `HealthCheckResponse.ServingStatus`.
  public enum Serving {
    UNKNOWN(0),
    SERVING(1),
    NOT_SERVING(2),
    SERVICE_UNKNOWN(3);

    private final int number;

    Serving(int number) {
      this.number = number;
    }

    /// The number on the wire.
    int number() {
      return number;
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, Serving> statuses = new HashMap<>(Map.of("", Serving.SERVING));

  /// Sets a service's status; watchers hear of it.
  public void set(String service, Serving status) {
    lock.lock();
    try {
      statuses.put(service, status);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Forgets a service; its watchers hear SERVICE_UNKNOWN.
  public void remove(String service) {
    lock.lock();
    try {
      statuses.remove(service);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// SERVICE_UNKNOWN where nobody has set one.
  public Serving status(String service) {
    lock.lock();
    try {
      return statuses.getOrDefault(service, Serving.SERVICE_UNKNOWN);
    } finally {
      lock.unlock();
    }
  }

  private SortedMap<String, Serving> all() {
    lock.lock();
    try {
      return new TreeMap<>(statuses);
    } finally {
      lock.unlock();
    }
  }

  /// `Check`, `Watch` and `List`.
  public GrpcMethods methods() {
    return GrpcMethods.none()
        .unary(SERVICE + "Check", (message, _) -> check(service(message)))
        .unary(SERVICE + "List", (_, _) -> list())
        .serverStreaming(
            SERVICE + "Watch", (message, out, call) -> watch(service(message), out, call));
  }

  private static String service(byte[] request) {
    var service = "";
    for (var fields = new ProtoReader(request); fields.next(); ) {
      if (fields.field() == 1) {
        service = fields.text();
      }
    }
    return service;
  }

  private byte[] check(String service) {
    var status = status(service);
    if (status == Serving.SERVICE_UNKNOWN) {
      throw new GrpcException(GrpcStatus.NOT_FOUND, "no service \"" + service + "\" is known here");
    }
    return answer(status).bytes();
  }

  private byte[] list() {
    var answer = new ProtoWriter();
    all()
        .forEach(
            (service, status) ->
                answer.message(1, new ProtoWriter().text(1, service).message(2, answer(status))));
    return answer.bytes();
  }

  private static ProtoWriter answer(Serving status) {
    return new ProtoWriter().number(1, status.number());
  }

  private void watch(String service, GrpcWriter out, GrpcCall call) throws InterruptedException {
    call.onCancel(this::wake);
    for (var told = status(service); !call.cancelled(); told = awaitOther(service, told, call)) {
      out.write(answer(told).bytes());
    }
  }

  private void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private Serving awaitOther(String service, Serving told, GrpcCall call)
      throws InterruptedException {
    lock.lock();
    try {
      while (!call.cancelled()) {
        var now = statuses.getOrDefault(service, Serving.SERVICE_UNKNOWN);
        if (now != told) {
          return now;
        }
        changed.await();
      }
      return told;
    } finally {
      lock.unlock();
    }
  }
}
