package dev.slipway.registry.sql;

/// What is to be done in one transaction: all of it is kept, or, where it throws, nothing.
@FunctionalInterface
public interface Work<T> {
  T run(Session session);
}
