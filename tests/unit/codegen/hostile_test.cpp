// Requests and objects that no honest program makes: refused with words, never a crash.
#include "codegen/compiler.hpp"
#include "codegen/helper.hpp"
#include "codegen/loader.hpp"
#include "codegen/sha256.hpp"
#include "tests/unit/codegen/random_pipeline.hpp"
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

namespace {

using namespace pfq::codegen;
using namespace std::chrono_literals;

Request usual_request() {
    Request request;
    request.groups = {pfq::test::RandomPipelines(3).next(60)};
    return request;
}

std::string usual_object() {
    const auto compiled = compile(usual_request(), {.cache = false, .helper = {}});
    EXPECT_TRUE(compiled.has_value());
    return compiled->output;
}

TEST(hostile, damaged_requests) {
    const std::string good = encode(usual_request());
    ASSERT_TRUE(decode_request(good).has_value());
    for (std::size_t size = 0; size < good.size(); size += 1 + good.size() / 200)
        EXPECT_FALSE(decode_request(good.substr(0, size)).has_value()) << size;
    EXPECT_FALSE(decode_request(good + "x").has_value());
    std::mt19937_64 random(1);
    for (int i = 0; i < 2000; ++i) {
        std::string bad = good;
        for (int k = 0; k < 3; ++k)
            bad[random() % bad.size()] = static_cast<char>(random());
        if (const auto request = decode_request(bad)) {
            for (const auto& group : request->groups)
                EXPECT_EQ(check(group), "");
        }
    }
}

TEST(hostile, helper_answers_anything) {
    std::mt19937_64 random(2);
    const std::string good = encode(usual_request());
    for (int i = 0; i < 12; ++i) {
        std::string bad = good;
        if (i < 4)
            bad.resize(random() % bad.size());
        else
            bad[random() % bad.size()] ^= static_cast<char>(1U << random() % 8);
        const auto bytes = run_helper(find_helper(), bad, 20s);
        ASSERT_TRUE(bytes.has_value()) << bytes.error();
        const auto reply = decode_reply(*bytes);
        ASSERT_TRUE(reply.has_value()) << reply.error();
        EXPECT_TRUE(reply->ok || !reply->output.empty());
    }
}

TEST(hostile, unknown_processor) {
    Request request = usual_request();
    request.cpu = "no-such-processor";
    const auto compiled = compile(request, {.cache = false, .helper = {}});
    ASSERT_FALSE(compiled.has_value());
    EXPECT_FALSE(compiled.error().internal);
    EXPECT_EQ(compiled.error().text, "unknown processor `no-such-processor`");
}

TEST(hostile, helper_missing_or_stuck_or_wrong) {
    const auto error = [](const char* helper, std::chrono::milliseconds limit) {
        const auto compiled = compile(usual_request(), {.cache = false, .limit = limit, .helper = helper});
        EXPECT_FALSE(compiled.has_value());
        return compiled ? "" : compiled.error().text;
    };
    EXPECT_NE(error("/nonexistent/pfq-compile", 5s).find("cannot run"), std::string::npos);
    EXPECT_NE(error("/bin/false", 5s), "");
    EXPECT_NE(error("/bin/true", 5s).find("malformed"), std::string::npos);
    EXPECT_NE(error("/bin/cat", 5s).find("malformed"), std::string::npos);
    EXPECT_NE(error("/usr/bin/yes", 300ms), "");
}

TEST(hostile, truncated_objects) {
    const std::string good = usual_object();
    ASSERT_TRUE(NativeProgram::load(good).has_value());
    for (std::size_t size = 0; size + 64 < good.size(); size += 1 + good.size() / 500)
        EXPECT_FALSE(NativeProgram::load(good.substr(0, size)).has_value()) << size;
}

TEST(hostile, damaged_objects) {
    const std::string good = usual_object();
    std::mt19937_64 random(3);
    std::size_t refused = 0;
    for (int i = 0; i < 20'000; ++i) {
        std::string bad = good;
        for (int k = 0; k < 2; ++k)
            bad[random() % bad.size()] = static_cast<char>(random());
        // Header and tables of the sections matter most.
        bad[random() % 64] = static_cast<char>(random());
        bad[bad.size() - 1 - random() % 1024] ^= static_cast<char>(random());
        if (!NativeProgram::load(bad))
            ++refused;
    }
    EXPECT_GT(refused, 5'000U);
}

TEST(hostile, foreign_objects) {
    EXPECT_FALSE(NativeProgram::load("").has_value());
    Request request = usual_request();
    request.target = Target::bpf_xdp;
    const auto compiled = compile(request, {.cache = false, .helper = {}});
    ASSERT_TRUE(compiled.has_value()) << compiled.error().text;
    const auto loaded = NativeProgram::load(compiled->output);
    ASSERT_FALSE(loaded.has_value());
    EXPECT_NE(loaded.error().find("x86-64"), std::string::npos);
}

/// XDG_CACHE_HOME of its own for each test.
class cache : public testing::Test {
protected:
    void SetUp() override {
        std::string name = (std::filesystem::temp_directory_path() / "pfq-cache-XXXXXX").string();
        ASSERT_NE(mkdtemp(name.data()), nullptr);
        folder_ = name;
        setenv("XDG_CACHE_HOME", name.c_str(), 1);
    }
    void TearDown() override {
        unsetenv("XDG_CACHE_HOME");
        std::filesystem::remove_all(folder_);
    }
    std::filesystem::path file() const {
        for (const auto& entry : std::filesystem::directory_iterator(folder_ / "pfq"))
            return entry.path();
        return {};
    }
    std::filesystem::path folder_;
};

TEST_F(cache, second_compilation_is_free) {
    const auto first = compile(usual_request());
    const auto second = compile(usual_request());
    ASSERT_TRUE(first && second);
    EXPECT_FALSE(first->cached);
    EXPECT_TRUE(second->cached);
    EXPECT_EQ(first->output, second->output);
    Request other = usual_request();
    other.filter = false;
    EXPECT_FALSE(compile(other)->cached);
}

TEST_F(cache, damaged_file_is_not_used) {
    const auto first = compile(usual_request());
    ASSERT_TRUE(first);
    {
        std::fstream damage(file(), std::ios::in | std::ios::out | std::ios::binary);
        damage.seekp(300);
        damage << "damage";
    }
    const auto second = compile(usual_request());
    ASSERT_TRUE(second);
    EXPECT_FALSE(second->cached);
    EXPECT_EQ(first->output, second->output);
}

TEST_F(cache, folder_of_others_is_not_used) {
    ASSERT_TRUE(compile(usual_request()));
    std::filesystem::permissions(folder_ / "pfq", std::filesystem::perms::all);
    EXPECT_FALSE(compile(usual_request())->cached);
}

TEST_F(cache, off) {
    ASSERT_TRUE(compile(usual_request()));
    setenv("PFQ_CACHE", "off", 1);
    EXPECT_FALSE(compile(usual_request())->cached);
    unsetenv("PFQ_CACHE");
}

TEST(sha256, known_digests) {
    EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256(std::string(1'000'000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

} // namespace
