package dev.slipway.apiserver.resource;

import tools.jackson.databind.node.ObjectNode;

/// Between the form of one served version and the stored form. Both directions may change their
/// argument and return it.
public interface Converter {
  /// From the served version to the stored one.
  ObjectNode toStored(ObjectNode object);

  /// From the stored version to the served one.
  ObjectNode toServed(ObjectNode object);

  /// Same fields in every version: only `apiVersion` differs.
  static Converter relabel(String servedApiVersion, String storedApiVersion) {
    return new Converter() {
      @Override
      public ObjectNode toStored(ObjectNode object) {
        return object.put("apiVersion", storedApiVersion);
      }

      @Override
      public ObjectNode toServed(ObjectNode object) {
        return object.put("apiVersion", servedApiVersion);
      }
    };
  }
}
