"""The reasons that a reviewer gives with one key or click. Others are written in words."""

JOIN_REASONS = (
    "same name at the same address",
    "same phone or website",
    "one name is a short form or an old name of the other",
    "I know the place",
)
SPLIT_REASONS = (
    "another branch or another address",
    "another business at the same address",
    "one is only a part of the other",
    "I know the places",
)
VALUE_REASONS = (
    "as the place's own website says",
    "as the place said on the phone",
    "the newest statement",
    "I know the place",
)
