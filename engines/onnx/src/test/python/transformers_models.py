"""Writes small models of Hugging Face's transformers as directories with an ONNX graph, and what KServe's huggingfaceserver
makes of their numbers: predictions.json, the answer of V1; details.json, all scores, and how tokens are written as text.
"""
import json
import sys
import warnings
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import (
    BertConfig, BertForMaskedLM, BertForTokenClassification, PreTrainedTokenizerFast, RobertaConfig, RobertaForMaskedLM,
)

warnings.filterwarnings("ignore")
out = Path(sys.argv[1])
TEXTS = [
    "The river runs through Paris, and nobody's boat is faster than Anna's.",
    "Don't believe everything you read in The Times of London!",
    "Café Müller in Zürich serves 42 kinds of tea; the naïve visitor takes coffee.",
    "Kubernetes schedules pods. Does it? It does, they've said so, and we're glad.",
    "An unbelievable number of unwritten letters lay unread.",
]


def bert_tokenizer():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train_from_iterator(TEXTS, trainers.WordPieceTrainer(vocab_size=220, special_tokens=special))
    tokenizer.post_processor = processors.TemplateProcessing(
        "[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", [("[CLS]", 2), ("[SEP]", 3)])
    tokenizer.decoder = decoders.WordPiece(prefix="##")
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]",
        mask_token="[MASK]", clean_up_tokenization_spaces=True)


def byte_tokenizer():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer.train_from_iterator(TEXTS, trainers.BpeTrainer(
        vocab_size=400, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", unk_token="<unk>", bos_token="<s>", eos_token="</s>", cls_token="<s>",
        sep_token="</s>", mask_token="<mask>", clean_up_tokenization_spaces=False)


def piece_tokenizer():
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer.train_from_iterator(TEXTS * 4, trainers.UnigramTrainer(
        vocab_size=150, special_tokens=special, unk_token="<unk>"))
    tokenizer.post_processor = processors.TemplateProcessing(
        "<s> $A </s>", "<s> $A </s> </s> $B </s>", [("<s>", 0), ("</s>", 2)])
    tokenizer.decoder = decoders.Metaspace()
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", unk_token="<unk>", bos_token="<s>", eos_token="</s>", cls_token="<s>",
        sep_token="</s>", mask_token="<mask>")


def masked(tokenizer):
    mask = tokenizer.mask_token
    return [f"The river runs through {mask}.", f"{mask} schedules {mask}. Does it?", f"Don't {mask}",
            f"{mask}{mask} of tea; the naïve visitor {mask} coffee.", TEXTS[0] + " " + mask]


def save(name, tokenizer, model, texts):
    place = out / name
    place.mkdir(parents=True, exist_ok=True)
    tokenizer.save_pretrained(place)
    model.config.architectures = [type(model).__name__]
    model.config.save_pretrained(place)
    model.eval()
    batch = tokenizer(texts, padding=True, return_tensors="pt", return_token_type_ids=False)
    axes = {0: "texts", 1: "tokens"}
    with torch.no_grad():
        torch.onnx.export(
            model, (batch["input_ids"], batch["attention_mask"]), str(place / "model.onnx"), dynamo=False,
            input_names=["input_ids", "attention_mask"], output_names=["logits"], opset_version=17,
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "logits": axes})
        logits = model(**batch)[0]
    return batch, logits, place


def write(place, texts, predictions, **details):
    (place / "predictions.json").write_text(json.dumps({"predictions": predictions}))
    (place / "details.json").write_text(json.dumps({"texts": texts, **details}))


def fill(name, tokenizer, model):
    texts = masked(tokenizer)
    batch, logits, place = save(name, tokenizer, model, texts)
    predictions, tokens, ids, scores = [], [], [], []
    for row, numbers in zip(batch["input_ids"], logits):
        places = (row == tokenizer.mask_token_id).nonzero().flatten()
        predictions.append(tokenizer.decode(numbers[places].argmax(dim=-1)))
        best = numbers[places].softmax(dim=-1).topk(5, dim=-1)
        ids.append(best.indices.tolist())
        scores.append(best.values.tolist())
        tokens.append([[tokenizer.decode([each]) for each in one] for one in best.indices.tolist()])
    write(place, texts, predictions, tokens=tokens, token_ids=ids, scores=scores)


def classify(name, tokenizer, model):
    batch, logits, place = save(name, tokenizer, model, TEXTS)
    names = model.config.id2label
    write(place, TEXTS, [numbers.unsqueeze(0).argmax(dim=2).tolist() for numbers in logits],
          tokens=[tokenizer.convert_ids_to_tokens(row) for row in batch["input_ids"]],
          labels=[[names[int(each.argmax())] for each in numbers] for numbers in logits],
          scores=logits.softmax(dim=-1).tolist())


torch.manual_seed(5)
size = dict(hidden_size=24, num_hidden_layers=2, num_attention_heads=2, intermediate_size=40, max_position_embeddings=128,
            initializer_range=0.7, attn_implementation="eager", return_dict=False)
bert, bytewise, pieces = bert_tokenizer(), byte_tokenizer(), piece_tokenizer()
labels = {0: "O", 1: "B-PER", 2: "I-PER", 3: "B-LOC", 4: "I-LOC"}
classify("bert-tokens", bert, BertForTokenClassification(BertConfig(vocab_size=len(bert), id2label=labels, **size)))
fill("bert-mask", bert, BertForMaskedLM(BertConfig(vocab_size=len(bert), **size)))
fill("roberta-mask", bytewise, RobertaForMaskedLM(RobertaConfig(vocab_size=len(bytewise), **size)))
fill("unigram-mask", pieces, RobertaForMaskedLM(RobertaConfig(vocab_size=len(pieces), **size)))
