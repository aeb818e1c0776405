#include "engine/capture/reader.hpp"
#include "engine/capture/link_layer.hpp"
#include <algorithm>
#include <cstring>
#include <fmt/format.h>

namespace pfq::capture {

std::size_t CaptureReader::read(Batch& batch) {
    batch.release();
    while (end_.kind == CaptureEnd::Kind::reading) {
        const auto step = decoder_->decode(input_->window(), batch.slots());
        if (step.packets != 0 && !any_supported()) {
            finish(CaptureEnd::Kind::unsupported, unsupported());
            return 0;
        }
        if (step.packets != 0)
            batch.keep(input_->storage());
        packets_ += step.packets;
        input_->consume(step.consumed);
        if (step.status == DecodeStatus::damaged)
            finish(CaptureEnd::Kind::damaged, decoder_->damage());
        if (step.packets != 0) {
            batch.set_size(step.packets);
            return step.packets;
        }
        if (step.status == DecodeStatus::full || (step.status == DecodeStatus::more && !fill(step.need)))
            return 0;
    }
    return 0;
}

// Returns whether there is more to decode; else end_ says why not, or a signal came.
bool CaptureReader::fill(std::size_t need) {
    switch (input_->fill(need)) {
    case FillResult::grown:
        return true;
    case FillResult::interrupted:
        return false;
    case FillResult::failed:
        finish(CaptureEnd::Kind::failed, std::strerror(input_->error_code()), input_->error_code());
        return false;
    case FillResult::end:
        break;
    }
    const auto left = input_->window().size();
    if (left == 0)
        finish(CaptureEnd::Kind::clean, "");
    else
        finish(CaptureEnd::Kind::truncated,
               fmt::format("the file ends within a record: {} bytes of at least {}", left, need));
    return false;
}

void CaptureReader::finish(CaptureEnd::Kind kind, std::string_view what, int code) {
    end_.kind = kind;
    end_.offset = input_->offset();
    end_.code = code;
    if (const auto size = input_->size())
        end_.unread = *size - end_.offset;
    else if (kind == CaptureEnd::Kind::clean || kind == CaptureEnd::Kind::truncated)
        end_.unread = input_->window().size();
    if (kind == CaptureEnd::Kind::unsupported)
        end_.message = error(what, end_.offset).message;
    else if (!end_.good())
        end_.message =
            fmt::format("{}: at byte {}: {}; packets read before it: {}", name_, end_.offset, what, packets_);
}

bool CaptureReader::any_supported() {
    if (!any_supported_)
        any_supported_ = options_.any_link || std::ranges::any_of(interfaces(), &CaptureInterface::supported);
    return any_supported_;
}

std::string CaptureReader::unsupported() const {
    return fmt::format("link type {} is not supported; supported are {}",
                       link_type_text(interfaces().empty() ? 0 : interfaces().front().link_type),
                       supported_link_types());
}

CaptureError CaptureReader::error(std::string_view what, std::uint64_t offset) const {
    return {fmt::format("{}: {}", name_, what), offset, 0};
}

} // namespace pfq::capture
