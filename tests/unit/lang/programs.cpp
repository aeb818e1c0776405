#include "tests/unit/lang/programs.hpp"

namespace pfq::lang {

const std::vector<std::string>& test_programs() {
    static const std::vector<std::string> programs{
        "main = when is_tcp drop",
        "main :: Function (Qbuff -> Action Qbuff)\nmain = ip >-> udp >-> steer_flow",
        "main = do\n  tcp\n  shift $ do\n    udp\n    port 53\n  steer_flow",
        "main = if is_tcp then drop else if (has_port 80 .||. has_addr \"10.0.0.0/8\") then unit else par (tcp >-> "
        "drop) "
        "udp",
        R"(-- | A module.
module Lib.Web (web, (>+>), CIDR (..)) where

import Lib.Filter (web, (+++))   -- names
import qualified Network.PFQ.Lang as L
import Foo hiding (bar)

infixl 4 >+>, `foo`
type Filter a = [(a, Word16)] -> Function

{- A block {- nested -}
   comment -}
web, dns :: (Num a, Eq a) => a -> (a -> b) -> Function
web 80 f = a
web n f | n > 80 = b -- guard
        | Just m <- n, let { k = m }, k == 0x10 = c
  where
    b = 1


    -- inner
    c (x : xs) [] = x
    c all@(y : _) [1, -2] = y
    -- last
dns _ _ = [x | (x, _) <- xs, let y = x, x > y] -- comprehension
x >+> y = \p -> x p >> y p
(x `foo` y) z = (x, y, z)
(<+>) a = (a +) . (subtract 1) . (* 2) . (`div` 3)
(p, q) = (-1, - 2 * 3)
)",
        R"(main = do
    -- first
    let a = 1
        f :: Word16 -> Function
        f n = port n -- f

    if a == 1
    then b
    else c
    case x of
      1 -> a >-> b -- one
      -2 | b -> c
         | otherwise -> do
             d
             -- in d
             e
        where z = 1
      "s" -> let q = 1
                 r = 2
             in q + r
    y <- if | a, b -> c
            | otherwise -> if | d -> e
                              | f -> g
    forward "eth1" $ \p -> do
      a
      b
    steer_flow
    -- the end of main

-- | The end.
last_one = 'x' :: Char
)",
        R"(main = tcp -- a
   >-> udp {- b -}
   -- own
   >-> any has_port [80, -- http
     443 -- https
     , 8000 .. 8010,
     -- more
     9000]
   >-> (do a; b -- c
           -- d
       ) -- e
   >-> (case x of 1 -> a) >-> f (\x -> x) (if a then b else c) ["a\
     \b", "\1\&2", "\x41\n"]
)",
        "tcp >-> port 443",
        "  -- leading\n  do { a; let { x = 1 }; b } -- behind\n-- after\n",
        "let { x = 1; y = \"\xc3\xa4\xe2\x82\xac\" } in [x, y ..]",
        "f $ do a\n       b",
        "[False ..]",
        "(do { a } >->)",
        "(case x of { 1 -> a } >-> b) :: Function",
        "do { a } >-> do { b } >-> c",
        "if do { a } then case x of { _ -> b } else let y = z in y",
        "\\x (y, _) -> if | x -> y | otherwise -> z",
        "(L.>->) A.b C.D (\\_ -> -5) (- x) (>-> -y)",
        "[a + 1 .. b * 2, f x..g y, (z).. -1 + 2]",
        "x = 1\n\n\n-- only\n\n-- comments\n",
        "-- nothing but\n\n{- comments -}\n",
        "f :: a_long_type_variable -> Another_type_with_a_long_name -> (A_third_type, A_fourth_type) -> "
        "[The_result_type]\n"
        "f = x",
        "main = some_function_with_a_long_name an_argument_with_a_long_name another_argument_with_a_long_name "
        "yet_another\n"
        "more = if a_condition_with_a_long_name then a_computation_with_a_long_name else "
        "another_computation_with_a_name\n"
        "even = let a_name = a_computation_with_a_long_name in another_computation_with_a_long_name >-> a_name >-> "
        "drop\n"
        "most = [80, 443, 8000, 8001, 8002, 8003, 8004, 8005, 8006, 8007, 8008, 8009, 8010, 8011, 8012, 8013, 8014, "
        "8015]\n",
        "module M where { f = 1; {- c -} g :: A; g = 2 -- d\n }",
        "f = g where { }\ng = let { } in h",
        "main = f (do a; b -- c\n  ) -- d\n  e -- f\n  >-> if (do a -- g\n  ) then -- h\n  b else c",
    };
    return programs;
}

} // namespace pfq::lang
